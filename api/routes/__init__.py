"""The routes of ``/api/v1``: one module a path, thin; errors are answered by :mod:`api.http.problems`."""
