@echo off
rem Open the program on the demo factory: makes the virtual environment the first time.
setlocal
cd /d "%~dp0.."
if not exist .venv\Scripts\python.exe (
  echo Creating the virtual environment and installing the pinned dependencies, a few minutes the first time.
  py -3 -m venv .venv || python -m venv .venv || exit /b 1
  .venv\Scripts\python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . || exit /b 1
)
if "%~1"=="" (.venv\Scripts\factory-erp demo) else (.venv\Scripts\factory-erp %*)
