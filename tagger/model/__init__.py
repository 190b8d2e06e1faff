"""The model: one encoder, a tag head and a topic head. What runs it (`engine`) imports neither torch nor transformers."""
