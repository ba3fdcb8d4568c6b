"""The networks, as strict as the real ones, on this machine: the tests fake the wire, never a library."""
