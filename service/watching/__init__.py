"""What is told of the running service to those who watch over it: figures, readiness and log lines. Changes nothing."""
