"""The Lambda functions, one folder a deployment package; a service never imports another."""

import gc

# A start makes a hundred thousand objects and next to no garbage: looking for it every 700 objects takes a
# twelfth of the time. What a warm function leaves is still found, later.
gc.set_threshold(150_000)
