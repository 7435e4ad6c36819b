<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>EditTogether</name>
    <message numerus="yes">
        <source>Edit %n mappings</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>Edit %n mapping</numerusform>
            <numerusform>Edit %n mappings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Editor</name>
    <message numerus="yes">
        <source>%n ports in order: {first} to {there}, and so on.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n port in order: {first} to {there}.</numerusform>
            <numerusform>%n ports in order: {first} to {there}, and so on.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ports, all to port {port} of the target.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n port, to port {port} of the target.</numerusform>
            <numerusform>%n ports, all to port {port} of the target.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n ports, each to the same number on the target.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n port, to the same number on the target.</numerusform>
            <numerusform>%n ports, each to the same number on the target.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Other programs hold %n of these ports; the first is {port}.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>Another program holds %n of these ports: {port}.</numerusform>
            <numerusform>Other programs hold %n of these ports; the first is {port}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EditorForm</name>
    <message numerus="yes">
        <source>&amp;More (%n set)</source>
        <comment>one or more</comment>
        <translation>
            <numerusform>&amp;More (%n set)</numerusform>
            <numerusform>&amp;More (%n set)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ListActions</name>
    <message numerus="yes">
        <source>%n mappings were deleted.</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n mapping was deleted.</numerusform>
            <numerusform>%n mappings were deleted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ListClipboard</name>
    <message numerus="yes">
        <source>%n mapping(s) added.</source>
        <translation>
            <numerusform>%n mapping was added.</numerusform>
            <numerusform>%n mappings were added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them switched off: the port is taken in this list.</source>
        <translation>
            <numerusform>%n of them is switched off: its port is taken in this list.</numerusform>
            <numerusform>%n of them are switched off: their ports are taken in this list.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n part(s) left out: {why}</source>
        <translation>
            <numerusform>%n part was left out: {why}</numerusform>
            <numerusform>%n parts were left out, the first of them: {why}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message numerus="yes">
        <source>%n mappings do not work</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n mapping does not work</numerusform>
            <numerusform>%n mappings do not work</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mappings work again</source>
        <comment>two or more</comment>
        <translation>
            <numerusform>%n mapping works again</numerusform>
            <numerusform>%n mappings work again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutsideChanges</name>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
</context>
</TS>
