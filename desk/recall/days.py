"""How far back the correction of a wrong text looks."""

#: Days whose answers are corrected, as shipped; an administrator may set another number.
RECALL_DAYS = 90
#: No further back than words are kept.
LONGEST = 730
