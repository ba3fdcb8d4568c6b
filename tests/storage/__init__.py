"""The store from within: seals, keys, migrations, crashes, traces."""
