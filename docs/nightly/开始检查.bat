@echo off
chcp 65001 >nul
cd /d "%~dp0"
if not exist "导出" mkdir "导出"
aidcheck.exe check "导出" --no-progress --wait 3600 --log aidcheck.log %*
set CODE=%ERRORLEVEL%
if not "%CODE%"=="0" echo 没有正常结束，代码 %CODE%
if "%AIDCHECK_SILENT%"=="" pause
exit /b %CODE%
