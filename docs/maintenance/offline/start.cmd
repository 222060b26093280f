@echo off
rem Starts enmusubi from this folder; the window shows what happens.
cd /d "%~dp0"
where py >nul 2>nul
if %errorlevel%==0 (py -@PYTHON@ start.py) else (python start.py)
pause
