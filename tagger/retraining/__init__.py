"""A trained model taken over into another taxonomy: what its topics become, the new head, and what that changed."""
