"""What a person may ask for about the own data: to see it, to have it put right, to stop its use, to have it erased."""
