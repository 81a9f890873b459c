"""A factory's data as a whole: opened, upgraded, backed up and tidied."""
