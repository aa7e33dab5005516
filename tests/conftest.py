"""What every test gets: a platform without a screen, and a check that nothing stays behind."""

import os

os.environ["QT_QPA_PLATFORM"] = os.environ.get("NNSCOPE_TEST_PLATFORM", "offscreen")
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(name, "1")
