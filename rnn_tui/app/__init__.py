"""The only place where training and panels meet: app, screens, messages, bindings."""
