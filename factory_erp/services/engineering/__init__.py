"""How things are made: bills, routings, machines with their calendars, and what all of it costs."""
