"""Who answers, and by when: rules, assignment, capacity, working hours, promises about time."""
