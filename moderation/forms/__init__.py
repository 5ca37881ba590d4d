"""What people of the house and readers type: parsed, normalised, refused in words."""
