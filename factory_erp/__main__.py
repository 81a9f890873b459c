"""``python -m factory_erp``: the same as the command ``factory-erp``."""

from factory_erp.cli import main

if __name__ == "__main__":
    main()
