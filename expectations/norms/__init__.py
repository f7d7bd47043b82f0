"""What is usual: tables that several rules compare a record with, made before the rules run."""
