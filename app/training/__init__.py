"""Training beside the window: messages, mailbox, worker (no Qt) and the controller (Qt)."""
