<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>About</name>
    <message>
        <source>&amp;About</source>
        <translation>关于(&amp;A)</translation>
    </message>
    <message>
        <source>About Portway</source>
        <translation>关于 Portway</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy &amp;version information</source>
        <translation>复制版本信息(&amp;V)</translation>
    </message>
    <message>
        <source>Forwards ports, for people who sit at a desktop.</source>
        <translation>面向桌面用户的端口转发工具。</translation>
    </message>
    <message>
        <source>L&amp;icences</source>
        <translation>许可证(&amp;I)</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Parts of Portway</source>
        <translation>Portway 的组成部分</translation>
    </message>
    <message>
        <source>Portway {version}</source>
        <translation>Portway {version}</translation>
    </message>
    <message>
        <source>{name} {version}</source>
        <translation>{name} {version}</translation>
    </message>
    <message>
        <source>{name} {version}: {licence}</source>
        <translation>{name} {version}：{licence}</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;About Portway</source>
        <translation>关于 Portway(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Add a mapping…</source>
        <translation>添加映射(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Close the window</source>
        <translation>关闭窗口(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Copy address</source>
        <translation>复制地址(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Copy as text</source>
        <translation>复制为文本(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Details</source>
        <translation>详细信息(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>创建副本(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>编辑(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>查找(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Fold all groups</source>
        <translation>折叠所有分组(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>导入(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>日志(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Open Portway</source>
        <translation>打开 Portway(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Paste mappings</source>
        <translation>粘贴映射(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Pause everything for 30 minutes</source>
        <translation>全部暂停 30 分钟(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Reset the columns</source>
        <translation>恢复默认列(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Start it again</source>
        <translation>重新启动(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Try the demo</source>
        <translation>试用演示(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Unfold all groups</source>
        <translation>展开所有分组(&amp;U)</translation>
    </message>
    <message>
        <source>Add a mapping</source>
        <translation>添加映射</translation>
    </message>
    <message>
        <source>Close all connect&amp;ions</source>
        <translation>关闭所有连接(&amp;I)</translation>
    </message>
    <message>
        <source>Close c&amp;onnection</source>
        <translation>关闭连接(&amp;O)</translation>
    </message>
    <message>
        <source>D&amp;iagnose…</source>
        <translation>诊断(&amp;I)…</translation>
    </message>
    <message>
        <source>De&amp;lete</source>
        <translation>删除(&amp;L)</translation>
    </message>
    <message>
        <source>End the &amp;pause</source>
        <translation>结束暂停(&amp;P)</translation>
    </message>
    <message>
        <source>Move &amp;up</source>
        <translation>上移(&amp;U)</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>下移(&amp;W)</translation>
    </message>
    <message>
        <source>Open &amp;profile folder</source>
        <translation>打开配置文件夹(&amp;P)</translation>
    </message>
    <message>
        <source>Open log &amp;folder</source>
        <translation>打开日志文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>Show the &amp;report</source>
        <translation>显示报告(&amp;R)</translation>
    </message>
    <message>
        <source>Sta&amp;rt all</source>
        <translation>全部启动(&amp;R)</translation>
    </message>
    <message>
        <source>Stop a&amp;ll</source>
        <translation>全部停止(&amp;L)</translation>
    </message>
    <message>
        <source>Switch o&amp;ff</source>
        <translation>停用(&amp;F)</translation>
    </message>
    <message>
        <source>Switch o&amp;n</source>
        <translation>启用(&amp;N)</translation>
    </message>
    <message>
        <source>Try a&amp;gain</source>
        <translation>重试(&amp;G)</translation>
    </message>
    <message>
        <source>{action} ({key})</source>
        <translation>{action}（{key}）</translation>
    </message>
</context>
<context>
    <name>Amount</name>
    <message>
        <source>{number} B</source>
        <translation>{number} B</translation>
    </message>
    <message>
        <source>{number} B/s</source>
        <translation>{number} B/s</translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation>{number} GB</translation>
    </message>
    <message>
        <source>{number} GB/s</source>
        <translation>{number} GB/s</translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>{number} MB/s</source>
        <translation>{number} MB/s</translation>
    </message>
    <message>
        <source>{number} TB</source>
        <translation>{number} TB</translation>
    </message>
    <message>
        <source>{number} TB/s</source>
        <translation>{number} TB/s</translation>
    </message>
    <message>
        <source>{number} kB</source>
        <translation>{number} kB</translation>
    </message>
    <message>
        <source>{number} kB/s</source>
        <translation>{number} kB/s</translation>
    </message>
</context>
<context>
    <name>Balloons</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message>
        <source>Do the same next time</source>
        <translation>下次也这样做</translation>
    </message>
    <message>
        <source>Don&apos;t show this again</source>
        <translation>不再显示</translation>
    </message>
    <message>
        <source>Go on, minimised</source>
        <translation>最小化并继续运行</translation>
    </message>
    <message>
        <source>Let your mappings go on?</source>
        <translation>要让映射继续运行吗？</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>Portway</source>
        <translation>Portway</translation>
    </message>
    <message>
        <source>Portway stays in the tray</source>
        <translation>Portway 仍在系统托盘中</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>This desktop has no tray for Portway&apos;s icon. It can go on with its window minimised; if you quit, your mappings stop.</source>
        <translation>此桌面没有可显示 Portway 图标的系统托盘。Portway 可以最小化窗口并继续运行；如果退出，映射将停止。</translation>
    </message>
    <message>
        <source>Windows keeps new icons behind the arrow beside the clock: drag Portway&apos;s out of there, and it stays in sight.</source>
        <translation>Windows 会把新图标收在时钟旁的箭头后面：把 Portway 的图标拖出来，它就会一直显示。</translation>
    </message>
    <message>
        <source>Your mappings go on. Open or quit Portway from its icon in the tray.</source>
        <translation>映射会继续运行。可通过托盘中的图标打开或退出 Portway。</translation>
    </message>
</context>
<context>
    <name>Column</name>
    <message>
        <source>Comment</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>连接数</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下行</translation>
    </message>
    <message>
        <source>LAN</source>
        <translation>局域网</translation>
    </message>
    <message>
        <source>Listen</source>
        <translation>监听</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>On</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Other computers that can reach this one on the network can connect here.</source>
        <translation>网络中能访问本机的其他电脑都可以连接到这里。</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Switch off (Space)</source>
        <translation>停用（空格键）</translation>
    </message>
    <message>
        <source>Switch on (Space)</source>
        <translation>启用（空格键）</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>总流量</translation>
    </message>
    <message>
        <source>Traffic</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上行</translation>
    </message>
    <message>
        <source>{address}, open to other computers on the network</source>
        <translation>{address}，对网络中的其他电脑开放</translation>
    </message>
    <message>
        <source>{name}: {state}</source>
        <translation>{name}：{state}</translation>
    </message>
    <message>
        <source>{reason}
{remedy}</source>
        <translation>{reason}
{remedy}</translation>
    </message>
</context>
<context>
    <name>ColumnsMenu</name>
    <message>
        <source>&amp;Columns</source>
        <translation>列(&amp;C)</translation>
    </message>
</context>
<context>
    <name>CommandLine</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the command {line}</source>
        <translation>复制命令 {line}</translation>
    </message>
    <message>
        <source>{purpose}:</source>
        <translation>{purpose}：</translation>
    </message>
</context>
<context>
    <name>Connections</name>
    <message>
        <source>Age</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Client</source>
        <translation>客户端</translation>
    </message>
    <message>
        <source>Client finished</source>
        <translation>客户端已结束发送</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下行</translation>
    </message>
    <message>
        <source>Live connections</source>
        <translation>当前连接</translation>
    </message>
    <message>
        <source>Nobody is connected.</source>
        <translation>当前没有连接。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Protocol</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>速率</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Target finished</source>
        <translation>目标已结束发送</translation>
    </message>
    <message>
        <source>The {shown} that carried most; {more} more are not listed.</source>
        <translation>仅列出流量最大的 {shown} 个连接，另有 {more} 个未列出。</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上行</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>Everything is paused until {time}; your switches stay as they are.</source>
        <translation>已全部暂停，直到 {time}；各映射的开关保持不变。</translation>
    </message>
    <message>
        <source>This is a demo: open http://{address} to see its page come through the mapping. The list is thrown away when you quit.</source>
        <translation>这是演示：打开 http://{address}，即可看到经由此映射转发的页面。退出后，此列表不会保留。</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message>
        <source>&amp;Connections</source>
        <translation>连接(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Connections ({count})</source>
        <translation>连接（{count}）(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Traffic</source>
        <translation>流量(&amp;T)</translation>
    </message>
    <message>
        <source>Eve&amp;nts</source>
        <translation>事件(&amp;N)</translation>
    </message>
    <message>
        <source>Select a mapping to see its details.</source>
        <translation>选择一个映射以查看其详细信息。</translation>
    </message>
</context>
<context>
    <name>DetailsHead</name>
    <message>
        <source>{name}: {state}</source>
        <translation>{name}：{state}</translation>
    </message>
</context>
<context>
    <name>Diagnosis</name>
    <message>
        <source>&amp;Copy the report</source>
        <translation>复制报告(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Run again</source>
        <translation>重新诊断(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>停止(&amp;S)</translation>
    </message>
    <message>
        <source>Diagnose a mapping</source>
        <translation>诊断映射</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Stopped; what is not listed was not looked at.</source>
        <translation>已停止；未列出的步骤没有检查。</translation>
    </message>
    <message>
        <source>The mapping was changed. Run again to see whether it helps.</source>
        <translation>映射已更改。请重新诊断，看看是否有效。</translation>
    </message>
    <message>
        <source>This mapping was deleted.</source>
        <translation>此映射已被删除。</translation>
    </message>
    <message>
        <source>{name}: from {listen} to {target}</source>
        <translation>{name}：从 {listen} 到 {target}</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>No program here shows folders. It is {path}</source>
        <translation>本机没有可打开文件夹的程序。文件夹位置：{path}</translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message>
        <source>{days} d {hours} h</source>
        <translation>{days} 天 {hours} 小时</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} 小时 {minutes} 分</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
</context>
<context>
    <name>EditTogether</name>
    <message>
        <source>&amp;Allow only</source>
        <translation>仅允许(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Forward to</source>
        <translation>转发到(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>分组(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Open to</source>
        <translation>开放范围(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Protocol</source>
        <translation>协议(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Switch</source>
        <translation>开关(&amp;S)</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>保持不变</translation>
    </message>
    <message numerus="yes">
        <source>Edit %n mappings</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>编辑 %n 个映射</numerusform>
        </translation>
    </message>
    <message>
        <source>Everyone</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Everyone who can reach this computer</source>
        <translation>能访问本机的所有人</translation>
    </message>
    <message>
        <source>No group</source>
        <translation>无分组</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>On</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Only this computer</source>
        <translation>仅本机</translation>
    </message>
    <message>
        <source>Other computers in {networks} can then connect.</source>
        <translation>此后，{networks} 中的其他电脑都可以连接。</translation>
    </message>
    <message>
        <source>Other computers that can reach this one on the network can then connect.</source>
        <translation>此后，网络中能访问本机的其他电脑都可以连接。</translation>
    </message>
    <message>
        <source>{name}: {problem}</source>
        <translation>{name}：{problem}</translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>A program</source>
        <translation>某个程序</translation>
    </message>
    <message>
        <source>Add a mapping</source>
        <translation>添加映射</translation>
    </message>
    <message>
        <source>Another program holds port {port}.</source>
        <translation>端口 {port} 被另一个程序占用。</translation>
    </message>
    <message>
        <source>Edit a mapping</source>
        <translation>编辑映射</translation>
    </message>
    <message numerus="yes">
        <source>%n ports in order: {first} to {there}, and so on.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n 个端口依次对应：{first} 到 {there}，以此类推。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ports, all to port {port} of the target.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n 个端口，全部转到目标的端口 {port}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ports, each to the same number on the target.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n 个端口，各自转到目标上相同的端口号。</numerusform>
        </translation>
    </message>
    <message>
        <source>A name or an address. The list holds what was found on this computer.</source>
        <translation>名称或地址。列表中有在本机上找到的目标。</translation>
    </message>
    <message>
        <source>A program on this computer.</source>
        <translation>本机上的程序。</translation>
    </message>
    <message>
        <source>Fill in the address to listen on.</source>
        <translation>请填写监听地址。</translation>
    </message>
    <message>
        <source>Fill in the host to connect to.</source>
        <translation>请填写要连接的主机。</translation>
    </message>
    <message>
        <source>Fill in the port to connect to.</source>
        <translation>请填写要连接的端口。</translation>
    </message>
    <message>
        <source>Fill in the port to listen on.</source>
        <translation>请填写监听端口。</translation>
    </message>
    <message>
        <source>For when the first does not answer, or to share the work.</source>
        <translation>用于第一个目标无响应时，或用来分担负载。</translation>
    </message>
    <message>
        <source>Use port {ports}</source>
        <translation>使用端口 {ports}</translation>
    </message>
    <message>
        <source>Use ports {ports}</source>
        <translation>使用端口 {ports}</translation>
    </message>
    <message>
        <source>Only this computer can connect.</source>
        <translation>仅本机可以连接。</translation>
    </message>
    <message>
        <source>Other computers in {networks} can connect.</source>
        <translation>{networks} 中的其他电脑可以连接。</translation>
    </message>
    <message>
        <source>Other computers on {network} can connect.</source>
        <translation>{network}上的其他电脑可以连接。</translation>
    </message>
    <message>
        <source>Other computers that can reach this one on the network can connect.</source>
        <translation>网络中能访问本机的其他电脑都可以连接。</translation>
    </message>
    <message numerus="yes">
        <source>Other programs hold %n of these ports; the first is {port}.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>其中 %n 个端口已被其他程序占用，第一个是 {port}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Port {port} needs special rights, which Portway does not have here.</source>
        <translation>端口 {port} 需要特殊权限，Portway 在此没有该权限。</translation>
    </message>
    <message>
        <source>Separate networks by commas. Empty lets everyone in who can reach it.</source>
        <translation>用逗号分隔多个网段。留空则允许所有能访问到这里的人。</translation>
    </message>
    <message>
        <source>The address is used as it is.</source>
        <translation>地址按原样使用。</translation>
    </message>
    <message>
        <source>The name is looked up again for every connection.</source>
        <translation>每次连接都会重新查询该名称。</translation>
    </message>
    <message>
        <source>{field}: {problem}</source>
        <translation>{field}：{problem}</translation>
    </message>
    <message>
        <source>{name} (process {pid}) holds port {port}.</source>
        <translation>端口 {port} 被 {name}（进程 {pid}）占用。</translation>
    </message>
    <message>
        <source>“{name}” already listens on {address}; only one of the two can run.</source>
        <translation>“{name}”已在监听 {address}；两者只能运行一个。</translation>
    </message>
</context>
<context>
    <name>EditorForm</name>
    <message>
        <source>&amp;Forward to</source>
        <translation>转发到(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Listen on</source>
        <translation>监听(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;More</source>
        <translation>更多(&amp;M)</translation>
    </message>
    <message numerus="yes">
        <source>&amp;More (%n set)</source>
        <comment>one or more</comment>
        <translation>
            <numerusform>更多（已设置 %n 项）(&amp;M)</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>名称(&amp;N)</translation>
    </message>
    <message>
        <source>192.168.1.5 or example.org</source>
        <translation>192.168.1.5 或 example.org</translation>
    </message>
    <message>
        <source>80</source>
        <translation>80</translation>
    </message>
    <message>
        <source>8080 or 8000-8010</source>
        <translation>8080 或 8000-8010</translation>
    </message>
    <message>
        <source>Address to listen on</source>
        <translation>监听地址</translation>
    </message>
    <message>
        <source>Host to connect to</source>
        <translation>要连接的主机</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>端口</translation>
    </message>
    <message>
        <source>Port to connect to</source>
        <translation>要连接的端口</translation>
    </message>
    <message>
        <source>Port to listen on</source>
        <translation>监听端口</translation>
    </message>
    <message>
        <source>What it is for, such as “Test server”</source>
        <translation>用途，例如“测试服务器”</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>A mapping listens on a port of this computer and forwards every connection to another host and port, such as 127.0.0.1:8080 to 192.168.1.5:80.</source>
        <translation>映射会监听本机的一个端口，并把每个连接转发到另一台主机的端口，例如从 127.0.0.1:8080 到 192.168.1.5:80。</translation>
    </message>
    <message>
        <source>No mappings yet</source>
        <translation>还没有映射</translation>
    </message>
</context>
<context>
    <name>Events</name>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Events of this mapping</source>
        <translation>此映射的事件</translation>
    </message>
    <message>
        <source>Nothing happened since Portway was started.</source>
        <translation>自 Portway 启动以来没有任何事件。</translation>
    </message>
</context>
<context>
    <name>Farewell</name>
    <message>
        <source>Also remove my mappings and settings, in {folder}</source>
        <translation>同时移除我的端口映射和设置（位于 {folder}）</translation>
    </message>
    <message>
        <source>If it is running, it ends, and its mappings stop.</source>
        <translation>如果 Portway 正在运行，它会退出，其映射也会停止。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove Portway from your account?</source>
        <translation>要从您的账户中移除 Portway 吗？</translation>
    </message>
    <message>
        <source>Uninstall Portway</source>
        <translation>卸载 Portway</translation>
    </message>
</context>
<context>
    <name>FaultReport</name>
    <message>
        <source>&amp;Copy the report</source>
        <translation>复制报告(&amp;C)</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Report of a fault</source>
        <translation>故障报告</translation>
    </message>
    <message>
        <source>This is what went wrong. Your folders, names and addresses are left out of it; the log file has them.</source>
        <translation>出错的详细信息如下。其中不含您的文件夹、名称和地址；这些内容只在日志文件中。</translation>
    </message>
</context>
<context>
    <name>FirewallHint</name>
    <message>
        <source>{firewall} is switched on and may keep other computers from “{name}”. Its rules: {command}</source>
        <translation>{firewall} 已启用，可能会阻止其他计算机连接“{name}”。查看其规则：{command}</translation>
    </message>
    <message>
        <source>{firewall} is switched on and may keep other computers from “{name}”. To let them in: {command}</source>
        <translation>{firewall} 已启用，可能会阻止其他计算机连接“{name}”。要放行，请执行：{command}</translation>
    </message>
</context>
<context>
    <name>FirewallWatch</name>
    <message>
        <source>A rule of Windows&apos; firewall blocks “{name}” for other computers, whatever else allows it. Somebody once chose that; it is in “Windows Defender Firewall with Advanced Security”, under the inbound rules.</source>
        <translation>Windows 防火墙的一条规则阻止其他电脑连接“{name}”，无论其他规则是否允许。这是之前有人选择的；它位于“高级安全 Windows Defender 防火墙”的入站规则中。</translation>
    </message>
    <message>
        <source>Let others in</source>
        <translation>允许其他电脑连接</translation>
    </message>
    <message>
        <source>Remove the rule</source>
        <translation>删除规则</translation>
    </message>
    <message>
        <source>The rule in Windows&apos; firewall for “{name}” is not needed any more. By hand, as administrator: {command}</source>
        <translation>Windows 防火墙中“{name}”的规则已不再需要。也可以管理员身份手动执行：{command}</translation>
    </message>
    <message>
        <source>Windows&apos; firewall could not be changed. Try the command by hand.</source>
        <translation>无法更改 Windows 防火墙。请尝试手动执行命令。</translation>
    </message>
    <message>
        <source>Windows&apos; firewall keeps other computers from “{name}”; on this computer it works. Portway can add a rule, for which Windows asks for your consent. By hand, as administrator: {command}</source>
        <translation>Windows 防火墙不让其他电脑连接“{name}”；在本机上它可以使用。Portway 可以添加一条规则，为此 Windows 会征求您的同意。也可以管理员身份手动执行：{command}</translation>
    </message>
    <message>
        <source>Windows&apos; firewall was left as it is. On this computer all works.</source>
        <translation>Windows 防火墙保持原样。在本机上一切正常。</translation>
    </message>
</context>
<context>
    <name>Graph</name>
    <message>
        <source>At most {down} down and {up} up in the time shown.</source>
        <translation>所示时段内，下行最高 {down}，上行最高 {up}。</translation>
    </message>
    <message>
        <source>Graph of the traffic</source>
        <translation>流量图</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation>{number} 分</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number} 秒</translation>
    </message>
    <message>
        <source>{time} ago: {down} down, {up} up</source>
        <translation>{time}前：下行 {down}，上行 {up}</translation>
    </message>
    <message>
        <source>{time} ago: {down} down, {up} up (an average: nobody was looking)</source>
        <translation>{time}前：下行 {down}，上行 {up}（平均值：当时未逐秒记录）</translation>
    </message>
</context>
<context>
    <name>Group</name>
    <message>
        <source>All off</source>
        <translation>全部停用</translation>
    </message>
    <message>
        <source>All on</source>
        <translation>全部启用</translation>
    </message>
    <message>
        <source>Group {name}: {summary}</source>
        <translation>分组 {name}：{summary}</translation>
    </message>
    <message>
        <source>Some on</source>
        <translation>部分启用</translation>
    </message>
    <message>
        <source>Switch the whole group off (Space)</source>
        <translation>停用整个分组（空格键）</translation>
    </message>
    <message>
        <source>Switch the whole group on (Space)</source>
        <translation>启用整个分组（空格键）</translation>
    </message>
    <message>
        <source>{listening} of {all} listening</source>
        <translation>{all} 个中有 {listening} 个正在监听</translation>
    </message>
    <message>
        <source>{listening} of {all} listening, {troubled} in trouble</source>
        <translation>{all} 个中有 {listening} 个正在监听，{troubled} 个有问题</translation>
    </message>
</context>
<context>
    <name>GroupsMenu</name>
    <message>
        <source>&amp;No group</source>
        <translation>无分组(&amp;N)</translation>
    </message>
    <message>
        <source>Move &amp;to group</source>
        <translation>移到分组(&amp;T)</translation>
    </message>
    <message>
        <source>N&amp;ew group</source>
        <translation>新建分组(&amp;E)</translation>
    </message>
</context>
<context>
    <name>HostChoices</name>
    <message>
        <source>{host}   {name}</source>
        <translation>{host}   {name}</translation>
    </message>
</context>
<context>
    <name>HostField</name>
    <message>
        <source>A program</source>
        <translation>某个程序</translation>
    </message>
    <message>
        <source>Docker&apos;s network</source>
        <translation>Docker 网络</translation>
    </message>
    <message>
        <source>Everyone on {network}</source>
        <translation>{network}上的所有人</translation>
    </message>
    <message>
        <source>Everyone who can reach this computer</source>
        <translation>能访问本机的所有人</translation>
    </message>
    <message>
        <source>Only this computer</source>
        <translation>仅本机</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>WSL&apos;s network</source>
        <translation>WSL 网络</translation>
    </message>
    <message>
        <source>Wi-Fi</source>
        <translation>Wi-Fi</translation>
    </message>
    <message>
        <source>in your list</source>
        <translation>列表中已有</translation>
    </message>
    <message>
        <source>the VPN</source>
        <translation>VPN</translation>
    </message>
    <message>
        <source>the cable network</source>
        <translation>有线网络</translation>
    </message>
    <message>
        <source>the virtual machines&apos; network</source>
        <translation>虚拟机网络</translation>
    </message>
    <message>
        <source>{name}, by WSL</source>
        <translation>{name}，经由 WSL</translation>
    </message>
    <message>
        <source>{name}, in Docker</source>
        <translation>{name}，在 Docker 中</translation>
    </message>
    <message>
        <source>{name}, on this computer</source>
        <translation>{name}，在本机</translation>
    </message>
    <message>
        <source>{network} ({interface})</source>
        <translation>{network}（{interface}）</translation>
    </message>
</context>
<context>
    <name>ImportFile</name>
    <message>
        <source>Import mappings</source>
        <translation>导入映射</translation>
    </message>
</context>
<context>
    <name>ListActions</name>
    <message numerus="yes">
        <source>%n mappings were deleted.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>已删除 %n 个映射。</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo: {change}</source>
        <translation>重做：{change}</translation>
    </message>
    <message>
        <source>Undo: {change}</source>
        <translation>撤销：{change}</translation>
    </message>
    <message>
        <source>“{name}” was deleted.</source>
        <translation>已删除“{name}”。</translation>
    </message>
</context>
<context>
    <name>ListClipboard</name>
    <message numerus="yes">
        <source>%n mapping(s) added.</source>
        <translation>
            <numerusform>已添加 %n 个映射。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them switched off: the port is taken in this list.</source>
        <translation>
            <numerusform>其中 %n 个已停用：列表中已有映射占用该端口。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s) left out: {why}</source>
        <translation>
            <numerusform>有 %n 处被略过：{why}</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was added. {why}</source>
        <translation>未添加任何映射。{why}</translation>
    </message>
    <message>
        <source>{added} {clash}</source>
        <translation>{added}{clash}</translation>
    </message>
</context>
<context>
    <name>ListOrder</name>
    <message>
        <source>New group</source>
        <translation>新分组</translation>
    </message>
    <message>
        <source>New group {number}</source>
        <translation>新分组 {number}</translation>
    </message>
</context>
<context>
    <name>ListPane</name>
    <message>
        <source>No mapping matches the search.</source>
        <translation>没有符合搜索条件的映射。</translation>
    </message>
</context>
<context>
    <name>Log</name>
    <message>
        <source>Detail</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>内容</translation>
    </message>
</context>
<context>
    <name>LogView</name>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Copy the selected entries, or all that are shown</source>
        <translation>复制所选条目；未选择时复制显示的全部条目</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Every mapping</source>
        <translation>所有映射</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>How grave</source>
        <translation>严重程度</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the log</source>
        <translation>搜索日志</translation>
    </message>
    <message>
        <source>Warnings and errors</source>
        <translation>警告和错误</translation>
    </message>
    <message>
        <source>Which mapping</source>
        <translation>按映射筛选</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Portway</source>
        <translation>Portway</translation>
    </message>
</context>
<context>
    <name>MappingList</name>
    <message>
        <source>Add mappings</source>
        <translation>添加映射</translation>
    </message>
    <message>
        <source>Add “{name}”</source>
        <translation>添加“{name}”</translation>
    </message>
    <message>
        <source>Change in the file</source>
        <translation>文件中的更改</translation>
    </message>
    <message>
        <source>Delete mappings</source>
        <translation>删除映射</translation>
    </message>
    <message>
        <source>Delete “{name}”</source>
        <translation>删除“{name}”</translation>
    </message>
    <message>
        <source>Duplicate mappings</source>
        <translation>创建映射副本</translation>
    </message>
    <message>
        <source>Duplicate “{name}”</source>
        <translation>创建“{name}”的副本</translation>
    </message>
    <message>
        <source>Edit mappings</source>
        <translation>编辑映射</translation>
    </message>
    <message>
        <source>Edit “{name}”</source>
        <translation>编辑“{name}”</translation>
    </message>
    <message>
        <source>Move mappings</source>
        <translation>移动映射</translation>
    </message>
    <message>
        <source>Move the group “{name}”</source>
        <translation>移动分组“{name}”</translation>
    </message>
    <message>
        <source>Move “{name}”</source>
        <translation>移动“{name}”</translation>
    </message>
    <message>
        <source>Rename the group “{name}”</source>
        <translation>重命名分组“{name}”</translation>
    </message>
    <message>
        <source>Replace the list</source>
        <translation>替换列表</translation>
    </message>
    <message>
        <source>Switch mappings off</source>
        <translation>停用映射</translation>
    </message>
    <message>
        <source>Switch mappings on</source>
        <translation>启用映射</translation>
    </message>
    <message>
        <source>Switch “{name}” off</source>
        <translation>停用“{name}”</translation>
    </message>
    <message>
        <source>Switch “{name}” on</source>
        <translation>启用“{name}”</translation>
    </message>
    <message>
        <source>{name} (copy)</source>
        <translation>{name}（副本）</translation>
    </message>
</context>
<context>
    <name>MappingTable</name>
    <message>
        <source>Mappings</source>
        <translation>映射</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Mapping</source>
        <translation>映射(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭提示</translation>
    </message>
</context>
<context>
    <name>Moment</name>
    <message>
        <source>{date} {time}</source>
        <translation>{date} {time}</translation>
    </message>
</context>
<context>
    <name>MoreOptions</name>
    <message>
        <source>&amp;Keep quiet connections alive</source>
        <translation>为空闲连接保活(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>分组(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Protocol</source>
        <translation>协议(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;With several targets</source>
        <translation>有多个目标时(&amp;W)</translation>
    </message>
    <message>
        <source>Allow onl&amp;y</source>
        <translation>仅允许(&amp;Y)</translation>
    </message>
    <message>
        <source>Any address of this computer</source>
        <translation>本机任意地址</translation>
    </message>
    <message>
        <source>C&amp;omment</source>
        <translation>备注(&amp;O)</translation>
    </message>
    <message>
        <source>Close when &amp;half closed for</source>
        <translation>半关闭超时(&amp;H)</translation>
    </message>
    <message>
        <source>Close when &amp;idle for</source>
        <translation>空闲超时(&amp;I)</translation>
    </message>
    <message>
        <source>Connect &amp;by way of</source>
        <translation>连接时使用的本机地址(&amp;B)</translation>
    </message>
    <message>
        <source>Do not send one</source>
        <translation>不发送</translation>
    </message>
    <message>
        <source>Everyone, or networks such as 192.168.1.0/24</source>
        <translation>所有人，或网段，例如 192.168.1.0/24</translation>
    </message>
    <message>
        <source>Forget a &amp;quiet UDP client after</source>
        <translation>UDP 客户端静默多久后释放(&amp;Q)</translation>
    </message>
    <message>
        <source>Gi&amp;ve up connecting after</source>
        <translation>连接超时(&amp;V)</translation>
    </message>
    <message>
        <source>Limit &amp;down</source>
        <translation>下行限速(&amp;D)</translation>
    </message>
    <message>
        <source>Limit &amp;up</source>
        <translation>上行限速(&amp;U)</translation>
    </message>
    <message>
        <source>Mo&amp;re targets</source>
        <translation>更多目标(&amp;R)</translation>
    </message>
    <message>
        <source>Most conn&amp;ections</source>
        <translation>最大连接数(&amp;E)</translation>
    </message>
    <message>
        <source>None, or one a line such as 192.168.1.6:80</source>
        <translation>无，或每行一个，例如 192.168.1.6:80</translation>
    </message>
    <message>
        <source>PRO&amp;XY header to the target</source>
        <translation>发给目标的 PROXY 头(&amp;X)</translation>
    </message>
    <message>
        <source>TCP</source>
        <translation>TCP</translation>
    </message>
    <message>
        <source>TCP and UDP</source>
        <translation>TCP 和 UDP</translation>
    </message>
    <message>
        <source>Take turns</source>
        <translation>轮流使用</translation>
    </message>
    <message>
        <source>UDP</source>
        <translation>UDP</translation>
    </message>
    <message>
        <source>Use the first that works</source>
        <translation>使用第一个可用的</translation>
    </message>
    <message>
        <source>Version 1, says the client in text</source>
        <translation>版本 1，以文本说明客户端</translation>
    </message>
    <message>
        <source>Version 2, says it in binary</source>
        <translation>版本 2，以二进制说明客户端</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
</context>
<context>
    <name>NameDelegate</name>
    <message>
        <source>Name of the group</source>
        <translation>分组名称</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message numerus="yes">
        <source>%n mappings do not work</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n 个映射无法正常工作</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mappings work again</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n 个映射已恢复正常</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} works again</source>
        <translation>{name} 已恢复正常</translation>
    </message>
    <message>
        <source>{name}: {state}</source>
        <translation>{name}：{state}</translation>
    </message>
</context>
<context>
    <name>OutsideChanges</name>
    <message>
        <source>Another program changed {file} while the list was changed here, and both touched {names}.</source>
        <translation>在此处更改列表的同时，另一个程序更改了 {file}，两者都改动了{names}。</translation>
    </message>
    <message>
        <source>Keep &amp;mine</source>
        <translation>保留我的(&amp;M)</translation>
    </message>
    <message>
        <source>Take the &amp;file&apos;s</source>
        <translation>采用文件中的(&amp;F)</translation>
    </message>
    <message>
        <source>The list was changed twice</source>
        <translation>列表被同时更改</translation>
    </message>
    <message>
        <source>Which of the two should stay? Everything else is taken over from both, and the other program&apos;s file is kept as a copy.</source>
        <translation>应保留哪一个？其余更改均会合并，另一个程序写入的文件将保留为副本。</translation>
    </message>
    <message>
        <source>{file} was changed by another program. The list shows it.</source>
        <translation>{file} 已被另一个程序更改，列表已随之更新。</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names}等另外 %n 个</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutsideSettings</name>
    <message>
        <source>{file} was changed by another program. The settings follow it, but not where they were changed here as well. The other program&apos;s file is kept as a copy.</source>
        <translation>{file} 已被另一个程序更改。设置已随之更新，但这里也改过的项目保持不变；另一个程序写入的文件已留作副本。</translation>
    </message>
    <message>
        <source>{file} was changed by another program. The settings follow it.</source>
        <translation>{file} 已被另一个程序更改，设置已随之更新。</translation>
    </message>
</context>
<context>
    <name>RateBox</name>
    <message>
        <source>No limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Such as 500 kB/s, 1.5 MB/s or 20 Mbit/s; 0 is no limit</source>
        <translation>例如 500 kB/s、1.5 MB/s 或 20 Mbit/s；0 表示不限</translation>
    </message>
</context>
<context>
    <name>ResultLine</name>
    <message>
        <source>Failed: {result}</source>
        <translation>失败：{result}</translation>
    </message>
    <message>
        <source>OK: {result}</source>
        <translation>正常：{result}</translation>
    </message>
</context>
<context>
    <name>SecondsBox</name>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Start Portway when I log in</source>
        <translation>登录时启动 Portway(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;fails</source>
        <translation>出现故障(&amp;F)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Detailed, to look for a fault</source>
        <translation>详细（用于排查故障）</translation>
    </message>
    <message>
        <source>L&amp;og files</source>
        <translation>日志文件(&amp;O)</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>New &amp;mappings listen on</source>
        <translation>新映射的监听地址(&amp;M)</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>普通</translation>
    </message>
    <message>
        <source>Only programs on this computer can connect.</source>
        <translation>仅本机上的程序可以连接。</translation>
    </message>
    <message>
        <source>Other computers that can reach this one on the network can connect.</source>
        <translation>网络中能访问本机的其他电脑都可以连接。</translation>
    </message>
    <message>
        <source>Problems only</source>
        <translation>仅记录问题</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Start &amp;hidden, in the tray</source>
        <translation>启动时隐藏到托盘(&amp;H)</translation>
    </message>
    <message>
        <source>Where new mappings listen</source>
        <translation>新映射的监听地址</translation>
    </message>
    <message>
        <source>While the window is hidden, notify me when a mapping</source>
        <translation>窗口隐藏时，映射发生以下情况时通知我</translation>
    </message>
    <message>
        <source>finds its po&amp;rt taken by another program</source>
        <translation>端口被其他程序占用(&amp;R)</translation>
    </message>
    <message>
        <source>works a&amp;gain</source>
        <translation>恢复正常(&amp;G)</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Everywhere</source>
        <translation>任何位置</translation>
    </message>
    <message>
        <source>Fold or unfold a group</source>
        <translation>折叠或展开分组</translation>
    </message>
    <message>
        <source>Go on to the next part</source>
        <translation>移到下一部分</translation>
    </message>
    <message>
        <source>In the connections</source>
        <translation>连接列表中</translation>
    </message>
    <message>
        <source>In the list</source>
        <translation>映射列表中</translation>
    </message>
    <message>
        <source>In the search</source>
        <translation>搜索框中</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Leave the search</source>
        <translation>退出搜索</translation>
    </message>
    <message>
        <source>Open the menus</source>
        <translation>打开菜单</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>适用位置</translation>
    </message>
</context>
<context>
    <name>SpanChoice</name>
    <message>
        <source>1 h</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>1 min</source>
        <translation>1 分钟</translation>
    </message>
    <message>
        <source>10 min</source>
        <translation>10 分钟</translation>
    </message>
    <message>
        <source>The last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>The last minute</source>
        <translation>最近 1 分钟</translation>
    </message>
    <message>
        <source>The last ten minutes</source>
        <translation>最近 10 分钟</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Degraded</source>
        <translation>部分异常</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>正在监听</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>{state}: {reason}</source>
        <translation>{state}：{reason}</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Connections: {count}</source>
        <translation>连接数：{count}</translation>
    </message>
    <message>
        <source>{listening} of {all} listening</source>
        <translation>{all} 个中有 {listening} 个正在监听</translation>
    </message>
    <message>
        <source>{listening} of {all} listening, {troubled} in trouble</source>
        <translation>{all} 个中有 {listening} 个正在监听，{troubled} 个有问题</translation>
    </message>
    <message>
        <source>↑ {up}   ↓ {down}</source>
        <translation>↑ {up}   ↓ {down}</translation>
    </message>
</context>
<context>
    <name>StepLine</name>
    <message>
        <source>What helps: {remedy}</source>
        <translation>解决办法：{remedy}</translation>
    </message>
    <message>
        <source>{step}: looking…</source>
        <translation>{step}：正在检查…</translation>
    </message>
    <message>
        <source>{verdict}: {step}</source>
        <translation>{verdict}：{step}</translation>
    </message>
</context>
<context>
    <name>TargetTest</name>
    <message>
        <source>&amp;Test target</source>
        <translation>测试目标(&amp;T)</translation>
    </message>
    <message>
        <source>S&amp;top the test</source>
        <translation>停止测试(&amp;T)</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>The target is being tried</source>
        <translation>正在测试目标</translation>
    </message>
    <message>
        <source>Trying…</source>
        <translation>正在尝试…</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search the mappings</source>
        <translation>搜索映射</translation>
    </message>
    <message>
        <source>Tool bar</source>
        <translation>工具栏</translation>
    </message>
</context>
<context>
    <name>Traffic</name>
    <message>
        <source>Connections</source>
        <translation>连接数</translation>
    </message>
    <message>
        <source>Datagrams dropped: {count}</source>
        <translation>丢弃的数据报：{count}</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下行</translation>
    </message>
    <message>
        <source>Down {rate}</source>
        <translation>下行 {rate}</translation>
    </message>
    <message>
        <source>Ever</source>
        <translation>累计</translation>
    </message>
    <message>
        <source>Made room: {count}</source>
        <translation>为新连接让位：{count}</translation>
    </message>
    <message>
        <source>No target: {count}</source>
        <translation>未连上目标：{count}</translation>
    </message>
    <message>
        <source>Not let in: {count}</source>
        <translation>未获准连接：{count}</translation>
    </message>
    <message>
        <source>Since start</source>
        <translation>自启动以来</translation>
    </message>
    <message>
        <source>Timed out: {count}</source>
        <translation>超时断开：{count}</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上行</translation>
    </message>
    <message>
        <source>Up {rate}</source>
        <translation>上行 {rate}</translation>
    </message>
    <message>
        <source>{when}: {what}</source>
        <translation>{when}：{what}</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Portway: paused until {time}</source>
        <translation>Portway：已暂停，直到 {time}</translation>
    </message>
    <message>
        <source>Portway: {listening} of {all} listening</source>
        <translation>Portway：{all} 个中有 {listening} 个正在监听</translation>
    </message>
    <message>
        <source>Portway: {listening} of {all} listening, {troubled} in trouble</source>
        <translation>Portway：{all} 个中有 {listening} 个正在监听，{troubled} 个有问题</translation>
    </message>
    <message>
        <source>Recent errors</source>
        <translation>最近的错误</translation>
    </message>
</context>
<context>
    <name>TrayMenu</name>
    <message>
        <source>More in the window…</source>
        <translation>在窗口中查看更多…</translation>
    </message>
    <message>
        <source>The whole group</source>
        <translation>整个分组</translation>
    </message>
    <message>
        <source>{first} … {last}</source>
        <translation>{first} 至 {last}</translation>
    </message>
    <message>
        <source>{name} ({state})</source>
        <translation>{name}（{state}）</translation>
    </message>
    <message>
        <source>{time}  {name}: {reason}</source>
        <translation>{time}  {name}：{reason}</translation>
    </message>
</context>
<context>
    <name>TroubleDesk</name>
    <message>
        <source>A fault in Portway</source>
        <translation>Portway 出现故障</translation>
    </message>
    <message>
        <source>Something went wrong in Portway&apos;s window. Your mappings go on.</source>
        <translation>Portway 的窗口出了问题。映射会继续运行。</translation>
    </message>
    <message>
        <source>The relay engine failed again and again, so your mappings do not run. The log says why.</source>
        <translation>转发引擎反复出现故障，因此映射没有运行。原因请查看日志。</translation>
    </message>
    <message>
        <source>The relay engine had a fault. It is started again with all your mappings; connections were cut.</source>
        <translation>转发引擎出现故障，正在重新启动并恢复所有映射；连接已中断。</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>-L takes [BIND:]PORT:HOST:PORT, such as 8080:example.org:80.</source>
        <translation>-L 的写法是 [绑定地址:]端口:主机:端口，例如 8080:example.org:80。</translation>
    </message>
    <message>
        <source>A WSL distribution can be a target; to let it connect here, listen on WSL&apos;s network.</source>
        <translation>WSL 发行版可以作为目标；若要让它连接到这里，请监听 WSL 的网络。</translation>
    </message>
    <message>
        <source>A command of Portway is changing the profile {path} (process {pid}). Try again when it has ended.</source>
        <translation>Portway 的一个命令正在更改配置 {path}（进程 {pid}）。请在它结束后重试。</translation>
    </message>
    <message>
        <source>A firewall or security program on this computer keeps Portway from {address}.</source>
        <translation>本机的防火墙或安全软件阻止 Portway 连接 {address}。</translation>
    </message>
    <message>
        <source>A program of another user, which this system does not name, holds {port}.</source>
        <translation>{port} 被另一用户的程序占用，本系统不透露其名称。</translation>
    </message>
    <message>
        <source>A rule of Windows&apos; firewall blocks Portway, whatever others allow.</source>
        <translation>Windows 防火墙的一条规则阻止 Portway，无论其他规则是否允许。</translation>
    </message>
    <message>
        <source>A target cannot have port 0.</source>
        <translation>目标端口不能为 0。</translation>
    </message>
    <message>
        <source>A target needs one host, not *.</source>
        <translation>目标必须是一台主机，不能是 *。</translation>
    </message>
    <message>
        <source>All that could be tried works; look at the steps marked “Not sure”.</source>
        <translation>能测试的都正常；请查看标有“不确定”的步骤。</translation>
    </message>
    <message>
        <source>Allow Portway to connect there, in that program&apos;s settings.</source>
        <translation>请在该软件的设置中允许 Portway 连接。</translation>
    </message>
    <message>
        <source>Allow it for good</source>
        <translation>永久允许</translation>
    </message>
    <message>
        <source>Allow it to everything that runs in the same Python</source>
        <translation>允许同一 Python 中运行的所有程序</translation>
    </message>
    <message>
        <source>Allow it until the computer restarts</source>
        <translation>允许到电脑重启为止</translation>
    </message>
    <message>
        <source>Another Portway has the profile {path} open. End it first, or take another profile with --profile.</source>
        <translation>另一个 Portway 正在使用配置 {path}。请先结束它，或用 --profile 指定其他配置。</translation>
    </message>
    <message>
        <source>Ask it by hand</source>
        <translation>手动查询</translation>
    </message>
    <message>
        <source>Cannot connect to {address}: {why}.</source>
        <translation>无法连接到 {address}：{why}。</translation>
    </message>
    <message>
        <source>Cannot listen on {address}: {why}.</source>
        <translation>无法监听 {address}：{why}。</translation>
    </message>
    <message>
        <source>Cannot make {path}: {why}.</source>
        <translation>无法创建 {path}：{why}。</translation>
    </message>
    <message>
        <source>Cannot read {path}: {why}.</source>
        <translation>无法读取 {path}：{why}。</translation>
    </message>
    <message>
        <source>Cannot save {path}: a value has no place in a profile ({fault}).</source>
        <translation>无法保存 {path}：有的值不能写入配置（{fault}）。</translation>
    </message>
    <message>
        <source>Cannot save {path}: {why}.</source>
        <translation>无法保存 {path}：{why}。</translation>
    </message>
    <message>
        <source>Cannot send to UDP {address}: {why}.</source>
        <translation>无法发送到 UDP {address}：{why}。</translation>
    </message>
    <message>
        <source>Cannot use the folder {path}: {why}.</source>
        <translation>无法使用文件夹 {path}：{why}。</translation>
    </message>
    <message>
        <source>Check that the computer is on and that no firewall drops the traffic.</source>
        <translation>请检查对方电脑是否已开机，以及防火墙是否丢弃了流量。</translation>
    </message>
    <message>
        <source>Check that the program there is running and uses this port.</source>
        <translation>请检查对方的程序是否在运行并使用此端口。</translation>
    </message>
    <message>
        <source>Check that the program there takes connections from this computer.</source>
        <translation>请检查那里的程序是否接受来自本机的连接。</translation>
    </message>
    <message>
        <source>Check the network connection and the address.</source>
        <translation>请检查网络连接和地址。</translation>
    </message>
    <message>
        <source>Check the network connection.</source>
        <translation>请检查网络连接。</translation>
    </message>
    <message>
        <source>Check the source address, and the target&apos;s address and port.</source>
        <translation>请检查源地址，以及目标的地址和端口。</translation>
    </message>
    <message>
        <source>Check the spelling of {name} and the network connection, or write the address instead of the name.</source>
        <translation>请检查 {name} 的拼写和网络连接，或用地址代替名称。</translation>
    </message>
    <message>
        <source>Check the spelling, or write the address instead of the name.</source>
        <translation>请检查拼写，或改为填写地址。</translation>
    </message>
    <message>
        <source>Check the target&apos;s address.</source>
        <translation>请检查目标地址。</translation>
    </message>
    <message>
        <source>Check with “wsl --list” that it is there, and that it starts.</source>
        <translation>请用“wsl --list”检查它是否存在，以及能否启动。</translation>
    </message>
    <message>
        <source>Choose a port outside of that range.</source>
        <translation>请选择该范围以外的端口。</translation>
    </message>
    <message>
        <source>Choose another address or port.</source>
        <translation>请选择其他地址或端口。</translation>
    </message>
    <message>
        <source>Choose another target, or another port to listen on.</source>
        <translation>请选择其他目标，或换一个监听端口。</translation>
    </message>
    <message>
        <source>Choose one of its addresses, or connect the network it belongs to.</source>
        <translation>请选择本机的地址，或连接该地址所属的网络。</translation>
    </message>
    <message>
        <source>Connect it to a network.</source>
        <translation>请将本机连接到网络。</translation>
    </message>
    <message>
        <source>Connection to {address}</source>
        <translation>连接 {address}</translation>
    </message>
    <message>
        <source>Connections cannot come from {address}: it is not an address of this computer now.</source>
        <translation>无法从 {address} 发起连接：它目前不是本机的地址。</translation>
    </message>
    <message>
        <source>Degraded: {reason}</source>
        <translation>部分异常：{reason}</translation>
    </message>
    <message>
        <source>Edit the mapping.</source>
        <translation>请编辑此映射。</translation>
    </message>
    <message>
        <source>End that program or choose another port.</source>
        <translation>请结束该程序，或选择其他端口。</translation>
    </message>
    <message>
        <source>End that program, or choose another port.</source>
        <translation>请结束该程序，或选择其他端口。</translation>
    </message>
    <message>
        <source>End {name} (process {pid}), or choose another port.</source>
        <translation>请结束 {name}（进程 {pid}），或选择其他端口。</translation>
    </message>
    <message>
        <source>Endpoint {number}, “{line}”: {why}</source>
        <translation>第 {number} 个端点“{line}”：{why}</translation>
    </message>
    <message>
        <source>Endpoint {number}: Portway chooses no interface ({name}) to connect by.</source>
        <translation>第 {number} 个端点：Portway 不能指定用哪个网络接口（{name}）连接。</translation>
    </message>
    <message>
        <source>Error: {reason}</source>
        <translation>错误：{reason}</translation>
    </message>
    <message>
        <source>Everything works.</source>
        <translation>一切正常。</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Firewall</source>
        <translation>防火墙</translation>
    </message>
    <message>
        <source>First bytes through the listener</source>
        <translation>经监听端的首批字节</translation>
    </message>
    <message>
        <source>HAProxy has no UDP, so this is not in it.</source>
        <translation>HAProxy 不支持 UDP，因此没有包含这一项。</translation>
    </message>
    <message>
        <source>HAProxy has no UDP; this is its TCP.</source>
        <translation>HAProxy 不支持 UDP；这里只有它的 TCP。</translation>
    </message>
    <message>
        <source>HAProxy has no zones such as in {address}, so this is not in it.</source>
        <translation>HAProxy 不支持 {address} 这样的区域标识，因此没有包含这一项。</translation>
    </message>
    <message>
        <source>If others cannot connect, let this port in.</source>
        <translation>如果其他人无法连接，请放行此端口。</translation>
    </message>
    <message>
        <source>It does not listen yet: it is starting.</source>
        <translation>尚未监听：正在启动。</translation>
    </message>
    <message>
        <source>It is not known how this Portway was started.</source>
        <translation>无法得知此 Portway 是如何启动的。</translation>
    </message>
    <message>
        <source>Its addresses now are {addresses}. Choose one of them, or connect the network that the address belongs to.</source>
        <translation>本机现在的地址是 {addresses}。请选择其中之一，或连接该地址所属的网络。</translation>
    </message>
    <message>
        <source>Its state changed {count} more times.</source>
        <translation>其状态又变化了 {count} 次。</translation>
    </message>
    <message>
        <source>LISTEN is [HOST:]PORT[-PORT], such as 8080 or 0.0.0.0:8080.</source>
        <translation>监听的写法是 [主机:]端口[-端口]，例如 8080 或 0.0.0.0:8080。</translation>
    </message>
    <message>
        <source>Left out endpoint {number}, “{line}”: Portway does not encrypt ({what}).</source>
        <translation>略过第 {number} 个端点“{line}”：Portway 不做加密（{what}）。</translation>
    </message>
    <message>
        <source>Left out line {number}, “{line}”: {why}</source>
        <translation>略过第 {number} 行“{line}”：{why}</translation>
    </message>
    <message>
        <source>Left out the column “{name}”.</source>
        <translation>略过“{name}”列。</translation>
    </message>
    <message>
        <source>Let others connect too</source>
        <translation>也允许其他人连接</translation>
    </message>
    <message>
        <source>Let this port in</source>
        <translation>放行此端口</translation>
    </message>
    <message>
        <source>Let this port in, as administrator</source>
        <translation>以管理员身份开放此端口</translation>
    </message>
    <message>
        <source>Line {number}, “{line}”: {why}</source>
        <translation>第 {number} 行“{line}”：{why}</translation>
    </message>
    <message>
        <source>Listen on {address}</source>
        <translation>监听 {address}</translation>
    </message>
    <message>
        <source>Listener</source>
        <translation>监听端</translation>
    </message>
    <message>
        <source>Listening on {addresses}.</source>
        <translation>正在监听 {addresses}。</translation>
    </message>
    <message>
        <source>Listening.</source>
        <translation>正在监听。</translation>
    </message>
    <message>
        <source>LocalForward takes two words, such as 8080 example.org:80.</source>
        <translation>LocalForward 后面应有两项，例如 8080 example.org:80。</translation>
    </message>
    <message>
        <source>Look the name up by hand</source>
        <translation>手动查询该名称</translation>
    </message>
    <message>
        <source>Mapping {number}: {why}</source>
        <translation>第 {number} 个映射：{why}</translation>
    </message>
    <message>
        <source>Name of {target}</source>
        <translation>{target} 的名称</translation>
    </message>
    <message>
        <source>New ones wait until others end; raise the limit of open files if you can.</source>
        <translation>新连接要等其他连接结束；如有可能，请提高打开文件数的上限。</translation>
    </message>
    <message>
        <source>No firewall that Portway knows is switched on here (ufw, firewalld, nftables). One in the router or at the provider cannot be seen from here.</source>
        <translation>本机未启用 Portway 认识的防火墙（ufw、firewalld、nftables）。路由器或运营商的防火墙在此无法看到。</translation>
    </message>
    <message>
        <source>No mapping is called “{word}”. Did you mean “{close}”?</source>
        <translation>没有名为“{word}”的映射。您是指“{close}”吗？</translation>
    </message>
    <message>
        <source>No mapping is called “{word}”; “portway list” prints them all.</source>
        <translation>没有名为“{word}”的映射；“portway list”会列出所有映射。</translation>
    </message>
    <message>
        <source>No target answered, so nothing can come through.</source>
        <translation>没有目标应答，因此无法连通。</translation>
    </message>
    <message>
        <source>Nobody listens on UDP {address}.</source>
        <translation>没有程序监听 UDP {address}。</translation>
    </message>
    <message>
        <source>Not sure</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>Nothing on this computer listens on port {port}. Start the program, or choose its port.</source>
        <translation>本机没有程序监听端口 {port}。请启动该程序，或选择它的端口。</translation>
    </message>
    <message>
        <source>Nothing to serve: no mapping in {path} can be used as it is.</source>
        <translation>没有可以运行的映射：{path} 中的映射都无法使用。</translation>
    </message>
    <message>
        <source>Nothing to serve: no mapping in {path} is switched on.</source>
        <translation>没有可以运行的映射：{path} 中没有启用的映射。</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Of socat&apos;s addresses only TCP and UDP fit here, not “{address}”.</source>
        <translation>socat 的地址中只有 TCP 和 UDP 适用于此，“{address}”不适用。</translation>
    </message>
    <message>
        <source>Off.</source>
        <translation>已停用。</translation>
    </message>
    <message>
        <source>On Windows about 250 at a time are possible; the others are turned away.</source>
        <translation>在 Windows 上同时约可有 250 个连接；其余的会被拒绝。</translation>
    </message>
    <message>
        <source>On this computer {name} listens on port {port}, but only on {address}.</source>
        <translation>本机的 {name} 监听端口 {port}，但仅限于 {address}。</translation>
    </message>
    <message>
        <source>Only IPv6 addresses go in brackets; “{host}” is none.</source>
        <translation>只有 IPv6 地址才加方括号；“{host}”不是 IPv6 地址。</translation>
    </message>
    <message>
        <source>Only a Portway with your usual profile can; this one has another profile.</source>
        <translation>只有使用您常用配置的 Portway 才可以；此 Portway 使用的是另一个配置。</translation>
    </message>
    <message>
        <source>Only an installed Portway can; this one runs from its source folder.</source>
        <translation>只有已安装的 Portway 才可以；此 Portway 是从源代码文件夹运行的。</translation>
    </message>
    <message>
        <source>Only this computer can connect, as this mapping asks for.</source>
        <translation>按此映射的设置，只有本机可以连接。</translation>
    </message>
    <message>
        <source>Only {networks} may connect, by this mapping&apos;s own list. Who is not in it is turned away.</source>
        <translation>按此映射的名单，只有 {networks} 可以连接，其他一律拒绝。</translation>
    </message>
    <message>
        <source>Other computers reach it at {addresses}.</source>
        <translation>其他电脑可通过 {addresses} 访问它。</translation>
    </message>
    <message>
        <source>Other programs hold {count} of these ports; the first is {port}, of {name}.</source>
        <translation>其中 {count} 个端口已被其他程序占用，第一个是 {port}，占用者为 {name}。</translation>
    </message>
    <message>
        <source>Others cannot reach this Portway: {why}.</source>
        <translation>其他程序无法联系此 Portway：{why}。</translation>
    </message>
    <message>
        <source>Owner of the port</source>
        <translation>端口占用者</translation>
    </message>
    <message>
        <source>Ports below 1024 need special rights; choose one from 1024 up.</source>
        <translation>1024 以下的端口需要特殊权限；请选择 1024 及以上的端口。</translation>
    </message>
    <message>
        <source>Ports below {lowest} need special rights here. Choose one from {lowest} up, or have the administrator allow this one.</source>
        <translation>在此，低于 {lowest} 的端口需要特殊权限。请选择 {lowest} 或更高的端口，或请管理员允许此端口。</translation>
    </message>
    <message>
        <source>Ports go from 1 to 65535; {ports} is outside.</source>
        <translation>端口范围为 1 到 65535；{ports} 超出范围。</translation>
    </message>
    <message>
        <source>Portway carries both directions; this command carries one.</source>
        <translation>Portway 双向转发；这条命令只转发一个方向。</translation>
    </message>
    <message>
        <source>Portway does not encrypt.</source>
        <translation>Portway 不做加密。</translation>
    </message>
    <message>
        <source>Portway does not turn TCP into UDP, nor UDP into TCP.</source>
        <translation>Portway 不会把 TCP 转成 UDP，也不会把 UDP 转成 TCP。</translation>
    </message>
    <message>
        <source>Portway ends.</source>
        <translation>Portway 退出。</translation>
    </message>
    <message>
        <source>Portway has moved; it is started at log-in from its new place.</source>
        <translation>Portway 的位置已改变；登录时将从新位置启动。</translation>
    </message>
    <message>
        <source>Portway itself holds {port}.</source>
        <translation>{port} 由 Portway 自己占用。</translation>
    </message>
    <message>
        <source>Portway lets networks in, such as 192.168.1.*, and keeps none out. What this rule is for comes switched off.</source>
        <translation>Portway 只能允许某些网络（如 192.168.1.*），不能拒绝。这条规则所管的映射导入后是关闭的。</translation>
    </message>
    <message>
        <source>Portway listens on this side, and leads to one target.</source>
        <translation>Portway 在本机这一侧监听，并通向一个目标。</translation>
    </message>
    <message>
        <source>Portway listens on {addresses}.</source>
        <translation>Portway 正在监听 {addresses}。</translation>
    </message>
    <message>
        <source>Portway was asked to end, but process {pid} still runs.</source>
        <translation>已要求 Portway 结束，但进程 {pid} 仍在运行。</translation>
    </message>
    <message>
        <source>Portway {version} starts, with Python {python} on {system}.</source>
        <translation>Portway {version} 启动，使用 Python {python}，系统为 {system}。</translation>
    </message>
    <message>
        <source>Portway&apos;s window has the profile {path} open (process {pid}), and its mappings run there. Quit it first, or take another profile with --profile.</source>
        <translation>Portway 窗口正在使用配置 {path}（进程 {pid}），其中的映射在那里运行。请先退出它，或用 --profile 指定其他配置。</translation>
    </message>
    <message>
        <source>Reachable from the network</source>
        <translation>可否从网络访问</translation>
    </message>
    <message>
        <source>Remove that rule, in “Windows Defender Firewall with Advanced Security”, under the inbound rules.</source>
        <translation>请在“高级安全 Windows Defender 防火墙”的入站规则中删除该规则。</translation>
    </message>
    <message>
        <source>Saved {file}.</source>
        <translation>已保存 {file}。</translation>
    </message>
    <message>
        <source>See the log of the program at the target; it may want an encrypted connection, or let in only certain computers.</source>
        <translation>请查看目标程序的日志；它可能要求加密连接，或只允许某些电脑连接。</translation>
    </message>
    <message>
        <source>Show its rules</source>
        <translation>显示其规则</translation>
    </message>
    <message>
        <source>Show the reserved ranges</source>
        <translation>显示保留的端口范围</translation>
    </message>
    <message>
        <source>Show which program it is</source>
        <translation>显示是哪个程序</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>Something does not work; the steps marked “Failed” say what.</source>
        <translation>有地方不正常；标有“失败”的步骤说明了原因。</translation>
    </message>
    <message>
        <source>Starting.</source>
        <translation>正在启动。</translation>
    </message>
    <message>
        <source>Switch it on.</source>
        <translation>请启用它。</translation>
    </message>
    <message>
        <source>Switch that mapping off, or choose another port for one of them.</source>
        <translation>请停用那个映射，或为其中一个选择其他端口。</translation>
    </message>
    <message>
        <source>Switch the mapping off and on again.</source>
        <translation>请停用该映射后再启用。</translation>
    </message>
    <message>
        <source>TARGET is HOST:PORT[-PORT], such as 192.168.1.5:80 or example.org:443.</source>
        <translation>目标的写法是 主机:端口[-端口]，例如 192.168.1.5:80 或 example.org:443。</translation>
    </message>
    <message>
        <source>Target {target}</source>
        <translation>目标 {target}</translation>
    </message>
    <message>
        <source>The Portway of process {pid} does not answer.</source>
        <translation>进程 {pid} 的 Portway 没有应答。</translation>
    </message>
    <message>
        <source>The clock jumped, as it does when the computer wakes.</source>
        <translation>时钟发生跳变，电脑唤醒时会这样。</translation>
    </message>
    <message>
        <source>The computer is there, but nothing on it takes connections on port {port}. Check that the program runs, uses this port, and listens on more than 127.0.0.1.</source>
        <translation>该电脑在线，但端口 {port} 上没有程序接受连接。请确认程序正在运行、使用此端口，并且不只监听 127.0.0.1。</translation>
    </message>
    <message>
        <source>The connection came through, but was ended at once.</source>
        <translation>连接已建立，但立即被断开。</translation>
    </message>
    <message>
        <source>The connection stays open; the target waits for its client to speak first, as web servers do.</source>
        <translation>连接保持打开；目标在等待客户端先发送数据，网页服务器就是如此。</translation>
    </message>
    <message>
        <source>The entry that starts Portway at log-in cannot be checked: {why}.</source>
        <translation>无法检查登录时启动 Portway 的条目：{why}。</translation>
    </message>
    <message>
        <source>The host is missing; write a name or an address.</source>
        <translation>缺少主机；请填写主机名或地址。</translation>
    </message>
    <message>
        <source>The listener did not take a connection: {why}.</source>
        <translation>监听端未接受连接：{why}。</translation>
    </message>
    <message>
        <source>The mapping does not listen.</source>
        <translation>该映射没有在监听。</translation>
    </message>
    <message>
        <source>The name {host} cannot be looked up now.</source>
        <translation>目前无法解析主机名 {host}。</translation>
    </message>
    <message>
        <source>The name {host} was not found.</source>
        <translation>找不到主机名 {host}。</translation>
    </message>
    <message>
        <source>The network is another one now.</source>
        <translation>网络已发生变化。</translation>
    </message>
    <message>
        <source>The port is missing; write a number such as 8080.</source>
        <translation>缺少端口；请填写数字，例如 8080。</translation>
    </message>
    <message>
        <source>The port range {ports} begins at 0; the lowest port is 1.</source>
        <translation>端口范围 {ports} 从 0 开始；最小的端口是 1。</translation>
    </message>
    <message>
        <source>The port range {ports} ends before it begins; write the lower port first.</source>
        <translation>端口范围 {ports} 首尾颠倒；请把较小的端口写在前面。</translation>
    </message>
    <message>
        <source>The relay engine of the running Portway does not work.</source>
        <translation>正在运行的 Portway 的转发引擎不工作。</translation>
    </message>
    <message>
        <source>The running Portway could not do that because of a fault; its log says more.</source>
        <translation>正在运行的 Portway 因故障未能完成此操作；详情见其日志。</translation>
    </message>
    <message>
        <source>The running Portway does not understand the request: {why}.</source>
        <translation>正在运行的 Portway 不理解该请求：{why}。</translation>
    </message>
    <message>
        <source>The running Portway gave an answer that cannot be understood: {why}.</source>
        <translation>无法理解正在运行的 Portway 的应答：{why}。</translation>
    </message>
    <message>
        <source>The running Portway gave the answer to something else.</source>
        <translation>正在运行的 Portway 的应答与请求不符。</translation>
    </message>
    <message>
        <source>The running Portway is just ending.</source>
        <translation>正在运行的 Portway 即将结束。</translation>
    </message>
    <message>
        <source>The running Portway is of another version than this one (it speaks {theirs}, this one {ours}). Quit it, and start it again.</source>
        <translation>正在运行的 Portway 与此程序版本不同（其协议为 {theirs}，此程序为 {ours}）。请退出并重新启动它。</translation>
    </message>
    <message>
        <source>The running Portway is still starting. Try again soon.</source>
        <translation>正在运行的 Portway 仍在启动。请稍后重试。</translation>
    </message>
    <message>
        <source>The running Portway is too busy to answer. Try again later.</source>
        <translation>正在运行的 Portway 太忙，无法应答。请稍后重试。</translation>
    </message>
    <message>
        <source>The system does not let Portway listen on {address}.</source>
        <translation>系统不允许 Portway 监听 {address}。</translation>
    </message>
    <message>
        <source>The target is the listener itself; every connection would run in a circle.</source>
        <translation>目标就是监听端口本身；每个连接都会无限循环。</translation>
    </message>
    <message>
        <source>The target spoke first: “{words}”</source>
        <translation>目标先发来：“{words}”</translation>
    </message>
    <message>
        <source>The totals were restored from {copy}.</source>
        <translation>已从 {copy} 恢复累计流量。</translation>
    </message>
    <message>
        <source>There is no earlier good copy; the list starts empty.</source>
        <translation>没有更早的完好副本；列表从空白开始。</translation>
    </message>
    <message>
        <source>There is no earlier good copy; the settings are those of the beginning.</source>
        <translation>没有更早的完好副本；已恢复默认设置。</translation>
    </message>
    <message>
        <source>There is no earlier good copy; the totals start at zero.</source>
        <translation>没有更早的完好副本；累计流量从零开始。</translation>
    </message>
    <message>
        <source>There is no group “{name}”; there are: {groups}.</source>
        <translation>没有分组“{name}”；现有分组：{groups}。</translation>
    </message>
    <message>
        <source>There is no mapping in this text.</source>
        <translation>这段文本中没有映射。</translation>
    </message>
    <message>
        <source>There is no mapping in this text. {notice}</source>
        <translation>这段文本中没有映射。{notice}</translation>
    </message>
    <message>
        <source>There is no mapping {id} any more.</source>
        <translation>映射 {id} 已不存在。</translation>
    </message>
    <message>
        <source>There is no screen to show the window on; “portway run” needs none.</source>
        <translation>没有可以显示窗口的屏幕；“portway run”不需要屏幕。</translation>
    </message>
    <message>
        <source>There is no way to {address} from here.</source>
        <translation>从这里无法到达 {address}。</translation>
    </message>
    <message>
        <source>This Portway has no window: it is “portway run”, process {pid}.</source>
        <translation>此 Portway 没有窗口：它是“portway run”，进程 {pid}。</translation>
    </message>
    <message>
        <source>This cannot be changed: {why}.</source>
        <translation>无法更改：{why}。</translation>
    </message>
    <message>
        <source>This computer has no address now at which others could reach it.</source>
        <translation>本机现在没有可供他人访问的地址。</translation>
    </message>
    <message>
        <source>This computer is in no network now; connect it, or listen on 127.0.0.1.</source>
        <translation>本机现在未连接任何网络；请连接网络，或监听 127.0.0.1。</translation>
    </message>
    <message>
        <source>This computer is not among those that the mapping lets in.</source>
        <translation>本机不在该映射允许的范围内。</translation>
    </message>
    <message>
        <source>This looks like CSV, but cannot be read: {why}.</source>
        <translation>这看起来是 CSV，但无法读取：{why}。</translation>
    </message>
    <message>
        <source>This looks like realm&apos;s TOML, but cannot be read: {why}.</source>
        <translation>这看起来是 realm 的 TOML，但无法读取：{why}。</translation>
    </message>
    <message>
        <source>This looks like realm&apos;s, but is not: {why}.</source>
        <translation>这看起来是 realm 的配置，但其实不是：{why}。</translation>
    </message>
    <message>
        <source>This mapping is not valid: {problem}</source>
        <translation>此映射无效：{problem}</translation>
    </message>
    <message>
        <source>This mapping is switched off; it does not listen.</source>
        <translation>此映射已停用，没有在监听。</translation>
    </message>
    <message>
        <source>This must be 0 or more; 0 means no limit.</source>
        <translation>此值必须为 0 或更大；0 表示不限。</translation>
    </message>
    <message>
        <source>This must be more than 0 and at most 86400 seconds.</source>
        <translation>此值必须大于 0 且不超过 86400 秒。</translation>
    </message>
    <message>
        <source>This package cannot start itself at log-in; your desktop&apos;s own settings can.</source>
        <translation>此软件包无法在登录时自行启动；可在桌面环境的设置中进行。</translation>
    </message>
    <message>
        <source>This system does not tell who holds {port}.</source>
        <translation>本系统不透露谁占用了 {port}。</translation>
    </message>
    <message>
        <source>This text holds {count} mappings; {most} at once are possible.</source>
        <translation>这段文本包含 {count} 个映射；一次最多可添加 {most} 个。</translation>
    </message>
    <message>
        <source>This text is not a list of mappings.</source>
        <translation>这段文本不是映射列表。</translation>
    </message>
    <message>
        <source>This text is too long to be a list of mappings.</source>
        <translation>这段文本太长，不像映射列表。</translation>
    </message>
    <message>
        <source>This text looks like JSON, but not like mappings: {why}.</source>
        <translation>这段文本像 JSON，但不是映射：{why}。</translation>
    </message>
    <message>
        <source>To let other computers connect, listen on every address.</source>
        <translation>要允许其他电脑连接，请监听所有地址。</translation>
    </message>
    <message>
        <source>Two mappings would have the same id.</source>
        <translation>两个映射将具有相同的标识。</translation>
    </message>
    <message>
        <source>UDP has no connections; only your program&apos;s own datagrams can tell.</source>
        <translation>UDP 没有连接；只有您的程序自己的数据报才能验证。</translation>
    </message>
    <message>
        <source>UDP {address} answered in {milliseconds} ms.</source>
        <translation>UDP {address} 在 {milliseconds} 毫秒内应答。</translation>
    </message>
    <message>
        <source>UDP {address} did not refuse; only a program&apos;s answers tell that it is there.</source>
        <translation>UDP {address} 没有拒绝；只有程序的应答才能说明它存在。</translation>
    </message>
    <message>
        <source>Use port {port}</source>
        <translation>使用端口 {port}</translation>
    </message>
    <message>
        <source>Use port {port} ({name})</source>
        <translation>使用端口 {port}（{name}）</translation>
    </message>
    <message>
        <source>Use ports {ports}</source>
        <translation>使用端口 {ports}</translation>
    </message>
    <message>
        <source>Use {address} as the target</source>
        <translation>以 {address} 为目标</translation>
    </message>
    <message>
        <source>Version 1 of the PROXY protocol is for TCP only; UDP needs version 2.</source>
        <translation>PROXY 协议第 1 版仅支持 TCP；UDP 需要第 2 版。</translation>
    </message>
    <message>
        <source>Wait a moment and diagnose it again.</source>
        <translation>请稍等片刻再诊断。</translation>
    </message>
    <message>
        <source>Waiting: {reason}</source>
        <translation>等待中：{reason}</translation>
    </message>
    <message>
        <source>The WSL distribution {name} has no address now.</source>
        <translation>WSL 发行版 {name} 目前没有地址。</translation>
    </message>
    <message>
        <source>Wait a moment, end that program, or choose another port.</source>
        <translation>请稍候，或结束该程序，或选择其他端口。</translation>
    </message>
    <message>
        <source>Windows does not give Portway its fast way to watch connections ({why}); with the slow one, about 250 at a time are possible.</source>
        <translation>Windows 未向 Portway 提供监视连接的快速方式（{why}）；使用慢速方式时，同时只能有约 250 个连接。</translation>
    </message>
    <message>
        <source>Windows does not give {address} to Portway: another program keeps it for itself, or Windows has not released it yet.</source>
        <translation>Windows 不让 Portway 使用 {address}：其他程序独占了它，或者 Windows 尚未释放它。</translation>
    </message>
    <message>
        <source>Windows has reserved the ports {range}, and {address} is among them.</source>
        <translation>Windows 已保留端口 {range}，{address} 也在其中。</translation>
    </message>
    <message>
        <source>Windows reserves ranges of ports for itself and for Hyper-V, other ones after each start. Choose a port outside of them.</source>
        <translation>Windows 会为自身和 Hyper-V 保留一些端口范围，每次启动后可能不同。请选择这些范围以外的端口。</translation>
    </message>
    <message>
        <source>Windows&apos; firewall has no rule that lets others in.</source>
        <translation>Windows 防火墙没有允许其他电脑连接的规则。</translation>
    </message>
    <message>
        <source>Windows&apos; firewall lets others in.</source>
        <translation>Windows 防火墙允许其他电脑连接。</translation>
    </message>
    <message>
        <source>Windows&apos; firewall may keep other computers out.</source>
        <translation>Windows 防火墙可能会阻止其他电脑。</translation>
    </message>
    <message>
        <source>Within this computer no firewall is in the way.</source>
        <translation>在本机内部没有防火墙阻挡。</translation>
    </message>
    <message>
        <source>Write this host as {plain} here.</source>
        <translation>请将此主机写为 {plain}。</translation>
    </message>
    <message>
        <source>Your mappings were restored from {copy}.</source>
        <translation>已从 {copy} 恢复您的映射。</translation>
    </message>
    <message>
        <source>Your settings were restored from {copy}.</source>
        <translation>已从 {copy} 恢复您的设置。</translation>
    </message>
    <message>
        <source>a mapping is written LISTEN TARGET, such as 8080 example.org:80.</source>
        <translation>映射的写法是“监听 目标”，例如 8080 example.org:80。</translation>
    </message>
    <message>
        <source>a program</source>
        <translation>某个程序</translation>
    </message>
    <message>
        <source>it has no bind line, or no server.</source>
        <translation>其中没有 bind 行，或没有 server。</translation>
    </message>
    <message>
        <source>its mode is {mode}; Portway passes bytes on.</source>
        <translation>它的模式是 {mode}；Portway 只转发字节。</translation>
    </message>
    <message>
        <source>nginx does not listen on an interface ({name}), so this is not in it.</source>
        <translation>nginx 不能在网络接口（{name}）上监听，因此没有包含这一项。</translation>
    </message>
    <message>
        <source>nginx has no zones such as in {address}, so this is not in it.</source>
        <translation>nginx 不支持 {address} 这样的区域标识，因此没有包含这一项。</translation>
    </message>
    <message>
        <source>nginx limits each connection, not all together.</source>
        <translation>nginx 按单个连接限速，而不是按所有连接的总和。</translation>
    </message>
    <message>
        <source>nginx sends version 1 of the PROXY protocol only, so none is sent.</source>
        <translation>nginx 只能发送第 1 版 PROXY 协议，因此不发送。</translation>
    </message>
    <message>
        <source>no client satisfies this rule and those for all forwards, so none would get in.</source>
        <translation>没有客户端能同时满足这条规则和针对所有转发的规则，因此谁也进不来。</translation>
    </message>
    <message>
        <source>one of socat&apos;s addresses must listen, and only one.</source>
        <translation>socat 的两个地址中必须有且只有一个在监听。</translation>
    </message>
    <message>
        <source>socat needs two addresses, one of them of a listener.</source>
        <translation>socat 需要两个地址，其中一个用于监听。</translation>
    </message>
    <message>
        <source>the limits in bytes per second are not in it.</source>
        <translation>其中没有每秒字节数的限制。</translation>
    </message>
    <message>
        <source>the program</source>
        <translation>该程序</translation>
    </message>
    <message>
        <source>the quotes do not match ({why}).</source>
        <translation>引号不匹配（{why}）。</translation>
    </message>
    <message>
        <source>there is no address in it.</source>
        <translation>其中没有地址。</translation>
    </message>
    <message>
        <source>there is no listenport= in it.</source>
        <translation>其中没有 listenport=。</translation>
    </message>
    <message>
        <source>there is nothing like it, so this section comes switched off.</source>
        <translation>这里没有对应的功能，因此这一节导入后是关闭的。</translation>
    </message>
    <message>
        <source>this frontend has not one backend that it always leads to.</source>
        <translation>这个 frontend 没有始终通向的唯一 backend。</translation>
    </message>
    <message>
        <source>this is no command of socat.</source>
        <translation>这不是 socat 命令。</translation>
    </message>
    <message>
        <source>this line is too long to be that of a mapping.</source>
        <translation>这一行太长，不可能是映射。</translation>
    </message>
    <message>
        <source>this ssh command forwards no port with -L.</source>
        <translation>这条 ssh 命令没有用 -L 转发端口。</translation>
    </message>
    <message>
        <source>{address} broke the connection off at once.</source>
        <translation>{address} 立即中断了连接。</translation>
    </message>
    <message>
        <source>{address} cannot be reached from the source address of this mapping, or is no address to connect to.</source>
        <translation>无法从此映射的源地址连接 {address}，或者它不是可以连接的地址。</translation>
    </message>
    <message>
        <source>{address} connected in {milliseconds} ms.</source>
        <translation>{address} 在 {milliseconds} 毫秒内连通。</translation>
    </message>
    <message>
        <source>{address} did not answer.</source>
        <translation>{address} 没有应答。</translation>
    </message>
    <message>
        <source>{address} is already used by your mapping “{title}”.</source>
        <translation>{address} 已被您的映射“{title}”使用。</translation>
    </message>
    <message>
        <source>{address} is in use by another program.</source>
        <translation>{address} 已被其他程序占用。</translation>
    </message>
    <message>
        <source>{address} is in use by {name} (process {pid}).</source>
        <translation>{address} 已被 {name}（进程 {pid}）占用。</translation>
    </message>
    <message>
        <source>{address} is not an address of this computer now.</source>
        <translation>{address} 目前不是本机的地址。</translation>
    </message>
    <message>
        <source>{address} leads back to this mapping itself; what it carries would run in a circle.</source>
        <translation>{address} 又回到了这个映射本身；数据会无限循环。</translation>
    </message>
    <message>
        <source>{address} leads back to this mapping, by your mapping “{title}”; what they carry would run in a circle.</source>
        <translation>{address} 经由您的映射“{title}”又回到了这个映射；数据会无限循环。</translation>
    </message>
    <message>
        <source>{address} refused the connection.</source>
        <translation>{address} 拒绝了连接。</translation>
    </message>
    <message>
        <source>{address}: too many open connections for this system.</source>
        <translation>{address}：打开的连接数超出了系统上限。</translation>
    </message>
    <message>
        <source>{client} was turned away: {reason}</source>
        <translation>{client} 被拒绝：{reason}</translation>
    </message>
    <message>
        <source>{count} clients were turned away, the last of them {client}: {reason}</source>
        <translation>{count} 个客户端被拒绝，最后一个是 {client}：{reason}</translation>
    </message>
    <message>
        <source>{file} was changed by another program.</source>
        <translation>{file} 已被另一个程序更改。</translation>
    </message>
    <message>
        <source>{file} was changed by another program; what was not saved yet is in {kept}.</source>
        <translation>{file} 已被另一个程序更改；尚未保存的内容在 {kept} 中。</translation>
    </message>
    <message>
        <source>{host} is an address; there is no name to look up.</source>
        <translation>{host} 是地址，无需查询名称。</translation>
    </message>
    <message>
        <source>{host} is {addresses} (looked up in {milliseconds} ms).</source>
        <translation>{host} 是 {addresses}（查询用时 {milliseconds} 毫秒）。</translation>
    </message>
    <message>
        <source>{mark} {verdict}: {title}. {found}</source>
        <translation>{mark} {verdict}：{title}。{found}</translation>
    </message>
    <message>
        <source>{name} (process {pid}) holds {port}.</source>
        <translation>{port} 被 {name}（进程 {pid}）占用。</translation>
    </message>
    <message>
        <source>{name} is switched on. Whether it lets others in, only an administrator may see.</source>
        <translation>{name} 已启用。它是否放行其他电脑，只有管理员才能查看。</translation>
    </message>
    <message>
        <source>{name}: {what}</source>
        <translation>{name}：{what}</translation>
    </message>
    <message>
        <source>{path} could not be used ({fault}). It was kept as {aside}.</source>
        <translation>无法使用 {path}（{fault}）。已将其另存为 {aside}。</translation>
    </message>
    <message>
        <source>{path} is damaged and cannot be renamed: {why}.</source>
        <translation>{path} 已损坏且无法重命名：{why}。</translation>
    </message>
    <message>
        <source>{path} is no text.</source>
        <translation>{path} 不是文本文件。</translation>
    </message>
    <message>
        <source>{path} was changed by another program and cannot be used ({fault}). What is shown here goes on; mend the file, or the next change here sets it aside.</source>
        <translation>{path} 已被另一个程序更改，无法使用（{fault}）。此处显示的内容继续有效；请修复该文件，否则此处的下一次更改会将其移到一旁。</translation>
    </message>
    <message>
        <source>{path} was changed by another program; it is not saved before that is settled.</source>
        <translation>{path} 已被另一个程序更改；在此问题解决之前不会保存。</translation>
    </message>
    <message>
        <source>{path} was written by a newer Portway ({fault}). It is shown, but nothing can be changed. Start that newer Portway instead, or rename the file to begin with an earlier copy.</source>
        <translation>{path} 由更新版本的 Portway 写入（{fault}）。可以查看，但不能更改。请改用那个更新的版本，或重命名该文件以从较早的副本开始。</translation>
    </message>
    <message>
        <source>{path} was written by a newer Portway ({fault}). It was kept as {aside}.</source>
        <translation>{path} 由更新版本的 Portway 写入（{fault}）。已将其另存为 {aside}。</translation>
    </message>
    <message>
        <source>{path}: {why}</source>
        <translation>{path}：{why}</translation>
    </message>
    <message>
        <source>{port} is free.</source>
        <translation>{port} 空闲。</translation>
    </message>
    <message>
        <source>{reason} ({milliseconds} ms)</source>
        <translation>{reason}（{milliseconds} 毫秒）</translation>
    </message>
    <message>
        <source>{said}</source>
        <translation>{said}</translation>
    </message>
    <message>
        <source>{target_count} target ports for {listen_count} listening ports; give one port, or a range of the same size.</source>
        <translation>有 {target_count} 个目标端口，而监听端口有 {listen_count} 个；请填写一个端口，或大小相同的范围。</translation>
    </message>
    <message>
        <source>“portway run” serves the profile {path} (process {pid}). End it first, or take another profile with --profile.</source>
        <translation>“portway run”正在使用配置 {path}（进程 {pid}）。请先结束它，或用 --profile 指定其他配置。</translation>
    </message>
    <message>
        <source>“{address}” is not an IP address of this computer.</source>
        <translation>“{address}”不是本机的 IP 地址。</translation>
    </message>
    <message>
        <source>“{address}” of socat is unknown here.</source>
        <translation>不认识 socat 的“{address}”。</translation>
    </message>
    <message>
        <source>“{host}” is a host and a port; only the host goes here.</source>
        <translation>“{host}”含有主机和端口；这里只填主机。</translation>
    </message>
    <message>
        <source>“{host}” is a web address; only the host in it goes here.</source>
        <translation>“{host}”是网址；这里只填其中的主机。</translation>
    </message>
    <message>
        <source>“{host}” is not a host name or an address.</source>
        <translation>“{host}”不是主机名或地址。</translation>
    </message>
    <message>
        <source>“{host}” is not an IPv4 address; one looks like 192.168.1.5.</source>
        <translation>“{host}”不是 IPv4 地址；正确的写法如 192.168.1.5。</translation>
    </message>
    <message>
        <source>“{host}” is not an IPv6 address; one looks like ::1 or fd00::5.</source>
        <translation>“{host}”不是 IPv6 地址；正确的写法如 ::1 或 fd00::5。</translation>
    </message>
    <message>
        <source>“{name}” cannot be used: {problem}</source>
        <translation>“{name}”无法使用：{problem}</translation>
    </message>
    <message>
        <source>“{network}” is not a network; write one such as 192.168.1.0/24.</source>
        <translation>“{network}”不是网段；正确的写法如 192.168.1.0/24。</translation>
    </message>
    <message>
        <source>“{text}” has no host. {form}</source>
        <translation>“{text}”没有主机。{form}</translation>
    </message>
    <message>
        <source>“{text}” has no host; write *{text} to listen on every address.</source>
        <translation>“{text}”没有主机；要监听所有地址，请写 *{text}。</translation>
    </message>
    <message>
        <source>“{text}” has no port. {form}</source>
        <translation>“{text}”没有端口。{form}</translation>
    </message>
    <message>
        <source>“{text}” is neither yes nor no.</source>
        <translation>“{text}”既不是 yes 也不是 no。</translation>
    </message>
    <message>
        <source>“{text}” is no value for {column}.</source>
        <translation>“{text}”不是 {column} 的有效值。</translation>
    </message>
    <message>
        <source>“{text}” is not a forward. {form}</source>
        <translation>“{text}”不是转发规则。{form}</translation>
    </message>
    <message>
        <source>“{text}” is not a number of seconds.</source>
        <translation>“{text}”不是秒数。</translation>
    </message>
    <message>
        <source>“{text}” is not a port; write a number such as 8080, or a range: 8000-8010.</source>
        <translation>“{text}”不是端口；请填写数字（如 8080）或范围（如 8000-8010）。</translation>
    </message>
    <message>
        <source>“{text}” is not a time such as 30s.</source>
        <translation>“{text}”不是 30s 这样的时间。</translation>
    </message>
    <message>
        <source>“{text}”: a target cannot have port 0.</source>
        <translation>“{text}”：目标端口不能为 0。</translation>
    </message>
    <message>
        <source>“{text}”: a target needs one host, not *.</source>
        <translation>“{text}”：目标必须是一台主机，不能是 *。</translation>
    </message>
    <message>
        <source>“{text}”: put the IPv6 address in brackets, such as [::1]:8080.</source>
        <translation>“{text}”：请给 IPv6 地址加上方括号，例如 [::1]:8080。</translation>
    </message>
    <message>
        <source>“{word}” means {count} mappings; give the id of one: {candidates}.</source>
        <translation>“{word}”对应 {count} 个映射；请给出其中一个的 ID：{candidates}。</translation>
    </message>
</context>
</TS>
