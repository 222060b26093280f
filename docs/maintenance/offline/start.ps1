# Starts enmusubi from this folder.
Set-Location -LiteralPath $PSScriptRoot
if (Get-Command py -ErrorAction SilentlyContinue) { py "-@PYTHON@" start.py } else { python start.py }
