"""What the law says about money: pure functions from facts, figures and standards to lines."""
