"""The rules of the product: pure functions over frozen records, standard library only, `now` always passed in."""
