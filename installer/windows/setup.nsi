; The Windows setup: for one user, without asking for an administrator. Defined outside: VERSION,
; NUMBERS, PUBLISHER, APP_ID, BUNDLE, ICON, PICTURE, OUT, SIZE_KIB and, where there is a
; certificate, SIGN.
;
;   Portway-X.Y.Z-Setup.exe /S [/DESKTOP=1] [/AUTOSTART=1] [/RUN=1] [/LANG=2052] [/D=C:\a folder]
;     (/D comes last, without quotation marks)
;   Uninstall.exe /S [/PROFILE=remove]
;
; Status: 0 done, 1 cancelled by the person, 2 failed, such as a Portway that would not end.

!if /FileExists "${NSISDIR}/Stubs/lzma_solid-amd64-unicode"
  Target amd64-unicode
!endif
Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user

!include MUI2.nsh
!include LogicLib.nsh
!include FileFunc.nsh
!include WordFunc.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Portway"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"
!define APPROVED_KEY "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define APP_IDS_KEY "Software\Classes\AppUserModelId"
!define PROFILE "$LOCALAPPDATA\portway"

Name "Portway"
BrandingText "Portway ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Portway"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" InstallLocation
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "${NUMBERS}"
VIAddVersionKey /LANG=1033 ProductName "Portway"
VIAddVersionKey /LANG=1033 FileDescription "Portway Setup"
VIAddVersionKey /LANG=1033 CompanyName "${PUBLISHER}"
VIAddVersionKey /LANG=1033 FileVersion "${VERSION}"
VIAddVersionKey /LANG=1033 ProductVersion "${VERSION}"
VIAddVersionKey /LANG=1033 LegalCopyright "MIT licence"

!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif

Var WasRunning

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_WELCOMEFINISHPAGE_BITMAP_STRETCH AspectFitHeight
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_FINISHPAGE_RUN
!define MUI_FINISHPAGE_RUN_FUNCTION StartPortway
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES

; The first one is for every language that is not here.
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE SimpChinese

LangString DesktopIcon ${LANG_ENGLISH} "Icon on the desktop"
LangString DesktopIcon ${LANG_SIMPCHINESE} "桌面快捷方式"
LangString AtLogOn ${LANG_ENGLISH} "Start in the tray at log-on"
LangString AtLogOn ${LANG_SIMPCHINESE} "登录时启动到系统托盘"
LangString StillRuns ${LANG_ENGLISH} "Portway is still running, and could not be asked to end. Quit it from its icon in the tray, then try again."
LangString StillRuns ${LANG_SIMPCHINESE} "Portway 仍在运行，无法请求其退出。请从托盘图标退出它，然后重试。"
LangString NotRemoved ${LANG_ENGLISH} "Files of the version before could not be removed from $INSTDIR. Is a program using them?"
LangString NotRemoved ${LANG_SIMPCHINESE} "无法从 $INSTDIR 中移除旧版本的文件。是否有程序正在使用它们？"
LangString AlsoProfile ${LANG_ENGLISH} "Also remove your mappings and settings?$\r$\n${PROFILE}"
LangString AlsoProfile ${LANG_SIMPCHINESE} "是否同时移除您的端口映射和设置？$\r$\n${PROFILE}"

; Asks a running Portway to end. Leaves whether there was one in $0 ("1"), and gives up with status 2.
!macro EndPortway un
Function ${un}EndPortway
  StrCpy $0 ""
  ${IfNot} ${FileExists} "$INSTDIR\portway.com"
    Return
  ${EndIf}
  again:
  nsExec::ExecToStack '"$INSTDIR\portway.com" --quit'
  Pop $1
  Pop $2
  ${WordFind} "$2" "has ended" "E+1{" $3
  ${IfNot} ${Errors}
    StrCpy $0 "1"
  ${EndIf}
  ; Whoever runs from here, with whatever profile, keeps the file from being written.
  ClearErrors
  FileOpen $4 "$INSTDIR\Portway.exe" a
  ${If} ${Errors}
    ${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(StillRuns)" /SD IDCANCEL IDRETRY`
      Goto again
    ${EndIf}
    SetErrorLevel 2
    Quit
  ${EndIf}
  FileClose $4
FunctionEnd
!macroend
!insertmacro EndPortway ""
!insertmacro EndPortway "un."

; Makes the shortcut $9, which bears the name that the program goes by in the taskbar: pinned there,
; it stays one button with the window. (gui/windows_identity.py; a property that NSIS has no word for.)
Function MakeShortcut
  CreateShortcut "$9" "$INSTDIR\Portway.exe"
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P= 0
    Return
  ${EndIf}
  ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
  ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
  ${If} $1 P<> 0
  ${AndIf} $2 P<> 0
    ${IPersistFile::Load} $1 '("$9", ${STGM_READWRITE})'
    System::Call 'shlwapi::SHStrDupW(w "${APP_ID}", *p .r3)'
    System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r4'
    System::Call '*(&i2 ${VT_LPWSTR}, &i6 0, p r3, p 0)p.r5'
    ${IPropertyStore::SetValue} $2 '($4,$5).r6'
    ${If} $6 = 0
      ${IPropertyStore::Commit} $2 ""
      ${IPersistFile::Save} $1 '("$9", 1)'
    ${EndIf}
    System::Free $4
    System::Free $5
    System::Call 'ole32::CoTaskMemFree(p r3)'
  ${EndIf}
  !insertmacro ComHlpr_SafeRelease $2
  !insertmacro ComHlpr_SafeRelease $1
  !insertmacro ComHlpr_SafeRelease $0
FunctionEnd

Function StartPortway
  ; By way of Explorer it would be nobody's child, but this is a user's own process already.
  Exec '"$INSTDIR\Portway.exe"'
FunctionEnd

Section "Portway" Main
  SectionIn RO
  Call EndPortway
  StrCpy $WasRunning $0
  ; Only what is ours: the folder may have been chosen among others' files.
  ClearErrors
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  ${If} ${FileExists} "$INSTDIR\_internal\*.*"
    MessageBox MB_OK|MB_ICONSTOP "$(NotRemoved)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  SetOutPath "$INSTDIR"
  File /r "${BUNDLE}/*"
  WriteUninstaller "$INSTDIR\Uninstall.exe"
  StrCpy $9 "$SMPROGRAMS\Portway.lnk"
  Call MakeShortcut
  WriteRegStr HKCU "${UNINSTALL_KEY}" DisplayName "Portway"
  WriteRegStr HKCU "${UNINSTALL_KEY}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" DisplayIcon "$INSTDIR\Portway.exe,0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" Publisher "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" UninstallString '"$INSTDIR\Uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" QuietUninstallString '"$INSTDIR\Uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" EstimatedSize ${SIZE_KIB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" NoModify 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" NoRepair 1
SectionEnd

Section /o "$(DesktopIcon)" Desktop
  StrCpy $9 "$DESKTOP\Portway.lnk"
  Call MakeShortcut
SectionEnd

Section /o "$(AtLogOn)" AutoStart
  ; As core/system/windows_autostart.py does. What the Task Manager switched off stays so when an
  ; entry is there already.
  ReadRegStr $1 HKCU "${RUN_KEY}" "Portway"
  ${If} $1 == ""
    DeleteRegValue HKCU "${APPROVED_KEY}" "Portway"
  ${EndIf}
  WriteRegStr HKCU "${RUN_KEY}" "Portway" '"$INSTDIR\Portway.exe" --hidden'
SectionEnd

Section
  ; What was there is ticked at the beginning, so whoever takes a tick away wants it to go.
  ${IfNot} ${SectionIsSelected} ${Desktop}
    Delete "$DESKTOP\Portway.lnk"
  ${EndIf}
  ${IfNot} ${SectionIsSelected} ${AutoStart}
    DeleteRegValue HKCU "${RUN_KEY}" "Portway"
    DeleteRegValue HKCU "${APPROVED_KEY}" "Portway"
  ${EndIf}
  ${If} $WasRunning == "1"
    Exec '"$INSTDIR\Portway.exe" --hidden'
  ${ElseIf} ${Silent}
    ${GetParameters} $1
    ClearErrors
    ${GetOptions} $1 "/RUN=" $2
    ${If} $2 == "1"
      Call StartPortway
    ${EndIf}
  ${EndIf}
SectionEnd

; /LANG=1033 or /LANG=2052, for who wants another language than that of Windows.
!macro ChooseLanguage
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/LANG=" $2
  ${IfNot} ${Errors}
    StrCpy $LANGUAGE $2
  ${EndIf}
!macroend

Function un.onInit
  !insertmacro ChooseLanguage
FunctionEnd

Function .onInit
  !insertmacro ChooseLanguage
  ClearErrors
  ${GetOptions} $1 "/DESKTOP=" $2
  ${If} $2 == "1"
  ${OrIf} ${FileExists} "$DESKTOP\Portway.lnk"
    !insertmacro SelectSection ${Desktop}
  ${EndIf}
  ClearErrors
  ${GetOptions} $1 "/AUTOSTART=" $2
  ReadRegStr $3 HKCU "${RUN_KEY}" "Portway"
  ${If} $2 == "1"
  ${OrIf} $3 != ""
    !insertmacro SelectSection ${AutoStart}
  ${EndIf}
FunctionEnd

Section Uninstall
  Call un.EndPortway
  ; Rules in Windows' firewall: Portway knows its own, and asks for an administrator if there are
  ; any. Nobody can answer that in a silent run, so there it needs to have the right already.
  UserInfo::GetAccountType
  Pop $1
  ${IfNot} ${Silent}
  ${OrIf} $1 == "Admin"
    ExecWait '"$INSTDIR\Portway.exe" firewall-rule remove-all'
  ${EndIf}
  Delete "$SMPROGRAMS\Portway.lnk"
  Delete "$DESKTOP\Portway.lnk"
  ; The entry may have been pointed at another copy since, a portable one: then it is not ours.
  ReadRegStr $1 HKCU "${RUN_KEY}" "Portway"
  ${WordFind} "$1" "$INSTDIR\" "E+1{" $2
  ${IfNot} ${Errors}
  ${AndIf} $1 != ""
    DeleteRegValue HKCU "${RUN_KEY}" "Portway"
    DeleteRegValue HKCU "${APPROVED_KEY}" "Portway"
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  ; The program's own entry, by which notifications bear its name; and the key that came for it.
  DeleteRegKey HKCU "${APP_IDS_KEY}\${APP_ID}"
  DeleteRegKey /ifempty HKCU "${APP_IDS_KEY}"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\Portway.exe"
  Delete "$INSTDIR\portway.com"
  Delete "$INSTDIR\Uninstall.exe"
  RMDir "$INSTDIR"
  RMDir "$LOCALAPPDATA\Programs" ; if nobody else has put anything there
  ${GetParameters} $1
  ClearErrors
  ${GetOptions} $1 "/PROFILE=" $2
  ${If} ${FileExists} "${PROFILE}\*.*"
    ${If} $2 == "remove"
      RMDir /r "${PROFILE}"
    ${ElseIf} ${Cmd} `MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(AlsoProfile)" /SD IDNO IDYES`
      RMDir /r "${PROFILE}"
    ${EndIf}
  ${EndIf}
SectionEnd
