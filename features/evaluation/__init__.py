"""What an assignment is worth to the people in it, who gains and who loses, told with its uncertainty."""
