"""How the styles recognise and call code that they have never seen: names, forms, parameters."""
