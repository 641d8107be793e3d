"""Many runs of one model in one call: what differs, how they are made, what they give."""
