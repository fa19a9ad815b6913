"""The desk's whole schema in one place: importing this module imports every table."""

import desk.audit.model
import desk.cases.model
import desk.conversations.model
import desk.deliveries.model
import desk.enquiries.model
import desk.guidance.model
import desk.law.model
import desk.people.model
import desk.ratings.model  # noqa: F401
from desk.store import Base

METADATA = Base.metadata
