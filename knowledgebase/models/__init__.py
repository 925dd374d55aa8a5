from knowledgebase.models.insertion import Insertion
from knowledgebase.models.saved_reply import SavedReply

__all__ = ["Insertion", "SavedReply"]
