"""Why the network says what it says at one time step."""
