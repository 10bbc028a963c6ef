"""Projects: guideline, template and pay plan versions, and the chain of stages."""
