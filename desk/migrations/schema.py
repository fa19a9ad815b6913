"""The desk's whole schema in one place: importing this module imports every table."""

import desk.accounts.model
import desk.attachments.model
import desk.audit.model
import desk.cases.case_words
import desk.cases.model
import desk.consultations.model
import desk.conversations.model
import desk.deliveries.model
import desk.enquiries.model
import desk.enterprises.model
import desk.floods.model
import desk.gaps.model
import desk.guidance.gate.model
import desk.guidance.lint.model
import desk.guidance.model
import desk.imports.model
import desk.law.impact.model
import desk.law.model
import desk.letters.model
import desk.people.model
import desk.privacy.model
import desk.questionnaires.model
import desk.ratings.model
import desk.ratings.reviews.model
import desk.recall.model
import desk.receipts.model
import desk.reports.month.model
import desk.service_index.model
import desk.settings.model
import desk.subscriptions.model
import desk.units.model
import desk.workers.model
import desk.working_time.model  # noqa: F401
from desk.store import Base

METADATA = Base.metadata
