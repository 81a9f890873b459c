"""The desktop window (Qt): a shell, a kit of widgets, and one package for each noun."""
