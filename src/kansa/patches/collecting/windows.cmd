@echo off
rem kansa: collects what is installed, changes nothing, sends nothing.
rem Usage: windows.cmd ASSETNUMBER > list.txt
echo # kansa-inventory: 1
echo # asset: %1
ver
systeminfo
wmic qfe get HotFixID,InstalledOn 2>nul
powershell -NoProfile -Command "Get-HotFix | Format-Table HotFixID,InstalledOn -AutoSize" 2>nul
