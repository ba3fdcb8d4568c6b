"""The nouns: plain values that every room shares and that know nobody."""
