"""The risk model: which open orders are likely to be wrong, and why; measured in time order, or not claimed at all."""
