"""What is usual in the data, mined from its mature part, and what deviates from it. See docs/learned.md."""
