"""What the law says about help from others: pure functions and tables, no database, no clock."""
