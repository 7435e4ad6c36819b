<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>Actions</name>
    <message>
        <source>&amp;About Portway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Add a mapping…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Close the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Copy as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Fold all groups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open Portway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Paste mappings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Reset the columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Unfold all groups</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a mapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start &amp;all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop a&amp;ll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch o&amp;ff</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch o&amp;n</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try a&amp;gain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{action} ({key})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Amount</name>
    <message>
        <source>{number} B</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} B/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} GB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} MB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} TB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} TB/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} kB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} kB/s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Column</name>
    <message>
        <source>Comment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LAN</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other computers that can reach this one on the network can connect here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch off (Space)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch on (Space)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Target</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Total</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}, open to other computers on the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{reason}
{remedy}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ColumnsMenu</name>
    <message>
        <source>&amp;Columns</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Portway is still running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The relay engine has stopped because of a fault. Start Portway again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a demo: open http://{address} to see its page come through the mapping. The list is thrown away when you quit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your mappings go on. Open or quit Portway from its icon here.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>{name}: {state}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EditTogether</name>
    <message>
        <source>&amp;Group:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Open to:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Switch:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Edit %n mappings</source>
        <comment>two or more</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Everyone who can reach this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other computers that can reach this one on the network can then connect.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>&amp;Add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Comment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Forward to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Listen on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>192.168.1.5 or example.org</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>80</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>8080 or 8000-8010</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A name is looked up again for every connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a mapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address to listen on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each listening port leads to its own port of the target, in order.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit a mapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every listening port leads to this one port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill in the address to listen on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill in the host to connect to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill in the port to connect to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fill in the port to listen on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Host to connect to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only this computer can connect.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other computers that can reach this one on the network can connect.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port to connect to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Port to listen on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Separate networks by commas. Empty lets everyone in who can reach it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What it is for, such as “Test server”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” already listens on {address}; only one of the two can run.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>A mapping listens on a port of this computer and forwards every connection to another host and port, such as 127.0.0.1:8080 to 192.168.1.5:80.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No mappings yet</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Group</name>
    <message>
        <source>All off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch the whole group off (Space)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch the whole group on (Space)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{listening} of {all} listening</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GroupsMenu</name>
    <message>
        <source>&amp;No group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move to &amp;group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>N&amp;ew group</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HostChoices</name>
    <message>
        <source>{host}   {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>HostField</name>
    <message>
        <source>Every address of this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only this computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in your list</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ListActions</name>
    <message numerus="yes">
        <source>%n mappings were deleted.</source>
        <comment>two or more</comment>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Redo: {change}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo: {change}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was deleted.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ListClipboard</name>
    <message numerus="yes">
        <source>%n mapping(s) pasted.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them switched off: the port is taken in this list.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was pasted. {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{pasted} {clash}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ListOrder</name>
    <message>
        <source>New group</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New group {number}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ListPane</name>
    <message>
        <source>No mapping matches the search.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>About Portway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portway</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portway {version}

A port forwarder for the desktop.
MIT licence.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MappingList</name>
    <message>
        <source>Add mappings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete mappings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicate mappings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicate “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit mappings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move mappings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the group “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename the group “{name}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch mappings off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch mappings on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch “{name}” off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch “{name}” on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} (copy)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MappingTable</name>
    <message>
        <source>Mappings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Mapping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MoreOptions</name>
    <message>
        <source>&amp;Keep quiet connections alive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Most connections</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A&amp;llow only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close when &amp;half closed for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close when &amp;idle for</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everyone, or networks such as 192.168.1.0/24</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give up connecting a&amp;fter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No limit</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>NameDelegate</name>
    <message>
        <source>Name of the group</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SecondsBox</name>
    <message>
        <source> s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Degraded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Listening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{state}: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Connections: {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{listening} of {all} listening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>↑ {up}   ↓ {down}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search the mappings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tool bar</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>More in the window…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portway: {listening} of {all} listening</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portway: {listening} of {all} listening, {troubled} in trouble</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} ({state})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>A target cannot have port 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A target needs one host, not *.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot connect to {address}: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot listen on {address}: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot read {path}: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot save {path}: a value has no place in a profile ({fault}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot save {path}: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cannot use the folder {path}: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the computer is on and that no firewall drops the traffic.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the program there is running and uses this port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network connection and the address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the network connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the spelling, or write the address instead of the name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check the target&apos;s address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose TCP for this mapping.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another address or port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose another port; this one may be in a range Windows reserved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose one of its addresses, or connect the network it belongs to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit the mapping.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End that program or choose another port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {number}, “{line}”: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LocalForward takes two words, such as 8080 example.org:80.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mapping {number}: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New ones wait until others end; raise the limit of open files if you can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to serve: no mapping in {path} can be used as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to serve: no mapping in {path} is switched on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On Windows about 250 at a time are possible; the others are turned away.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only IPv6 addresses go in brackets; “{host}” is none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ports below 1024 need special rights; choose one from 1024 up.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ports go from 1 to 65535; {ports} is outside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Portway is already running with the profile {path}, but it does not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Switch that mapping off, or choose another port for one of them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The host is missing; write a name or an address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name {host} cannot be looked up now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name {host} was not found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The port is missing; write a number such as 8080.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The port range {ports} begins at 0; the lowest port is 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The port range {ports} ends before it begins; write the lower port first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system does not let Portway listen on {address}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The target is the listener itself; every connection would run in a circle.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no earlier good copy; the list starts empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no mapping in this text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no screen to show the window on; “portway run” needs none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no way to {address} from here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This mapping is not valid: {problem}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This must be 0 or more; 0 means no limit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This must be more than 0 and at most 86400 seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text holds {count} mappings; {most} at once are possible.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text is not a list of mappings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text is too long to be a list of mappings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text looks like JSON, but not like mappings: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version of Portway cannot forward UDP.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write this host as {plain} here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your mappings were restored from {copy}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a mapping is written LISTEN TARGET, such as 8080 example.org:80.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the quotes do not match ({why}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>this ssh command forwards no port with -L.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} did not answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} is already used by your mapping “{title}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} is in use by another program.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} is in use by {name} (process {pid}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} is not an address of this computer now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address} refused the connection.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{address}: too many open connections for this system.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} could not be used ({fault}). It was kept as {aside}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} is damaged and cannot be renamed: {why}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{path} was written by a newer Portway ({fault}). It was kept as {aside}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{target_count} target ports for {listen_count} listening ports; give one port, or a range of the same size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{address}” is not an IP address of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{host}” is a host and a port; only the host goes here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{host}” is a web address; only the host in it goes here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{host}” is not a host name or an address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{host}” is not an IPv4 address; one looks like 192.168.1.5.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{host}” is not an IPv6 address; one looks like ::1 or fd00::5.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{network}” is not a network; write one such as 192.168.1.0/24.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}” has no host. {form}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}” has no host; write *{text} to listen on every address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}” has no port. {form}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}” is not a forward. {form}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}” is not a port; write a number such as 8080, or a range: 8000-8010.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}”: a target cannot have port 0.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}”: a target needs one host, not *.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{text}”: put the IPv6 address in brackets, such as [::1]:8080.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
