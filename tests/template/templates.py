# SPDX-License-Identifier: MIT
"""Templates of our own in the style of the families of models, and snippets for what they leave out."""

CHAT = {
    "chatml": """{% for message in messages %}
{% if loop.first and message.role != 'system' %}
{{ '<|im_start|>system\\nBe helpful.<|im_end|>\\n' }}
{% endif %}
{{ '<|im_start|>' + message['role'] + '\\n' }}{% if message['content'] is string %}{{ message['content'] }}{% else %}
{% for part in message['content'] or [] %}
{% if part['type'] == 'text' %}{{ part.text }}{% endif %}
{% endfor %}
{% endif %}{{ '<|im_end|>' }}
{% endfor %}
{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
""",
    "llama-2": """{% if messages and messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set system = false %}{% endif %}{% for message in rest %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if loop.index0 == 0 and system != false %}{% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}""",
    "llama-3": """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}{%- set tools = none %}{%- endif %}

{#- the system message is taken out first #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Today: " + date_string + "\\n\\n" }}
{%- if tools is not none %}
    {{- 'Answer with {"name": ..., "parameters": {...}}.' }}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("One call at a time!") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
        {{- '{"name": "' + tool_call.name + '", ' }}
        {{- '"parameters": ' }}
        {{- tool_call.arguments | tojson }}
        {{- "}" }}
        {%- for arg_name, arg_val in tool_call.arguments | items %}
            {{- arg_name + '="' ~ arg_val ~ '"' }}
            {%- if not loop.last %}
                {{- ", " }}
            {%- endif %}
        {%- endfor %}
        {{- "<|eot_id|>" }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
""",
    "mistral": """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}

{#- roles take turns, but for tools -#}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}

{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS] [" }}
            {%- for tool in tools %}
                {%- set tool = tool.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {%- if not loop.last %}
                        {{- ", " }}
                    {%- endif %}
                {%- endfor %}
                {{- "}}" }}
                {%- if not loop.last %}
                    {{- ", " }}
                {%- else %}
                    {{- "]" }}
                {%- endif %}
            {%- endfor %}
            {{- "[/AVAILABLE_TOOLS]" }}
            {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message.tool_calls is defined and message.tool_calls is not none %}
        {{- "[TOOL_CALLS] [" }}
        {%- for tool_call in message.tool_calls %}
            {%- set out = tool_call.function|tojson %}
            {{- out[:-1] }}
            {%- if not tool_call.id is defined or tool_call.id|length != 9 %}
                {{- raise_exception("an id has 9 characters") }}
            {%- endif %}
            {{- ', "id": "' + tool_call.id + '"}' }}
            {%- if not loop.last %}{{- ", " }}{%- else %}{{- "]" + eos_token }}{%- endif %}
        {%- endfor %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- elif message["role"] == "tool_results" or message["role"] == "tool" %}
        {%- if message.content is defined and message.content.content is defined %}
            {%- set content = message.content.content %}
        {%- else %}
            {%- set content = message.content %}
        {%- endif %}
        {{- '[TOOL_RESULTS] {"content": ' + content|string + ", " }}
        {{- '"call_id": "' + message.tool_call_id + '"}[/TOOL_RESULTS]' }}
    {%- else %}
        {{- raise_exception("only user, assistant and tool roles") }}
    {%- endif %}
{%- endfor %}
""",
    "gemma": """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}""",
    "gemma-3": """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set first_user_prefix = messages[0]['content'] + '\\n\\n' -%}
    {%- else -%}
        {%- set first_user_prefix = messages[0]['content'][0]['text'] + '\\n\\n' -%}
    {%- endif -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- set role = "model" if message['role'] == 'assistant' else message['role'] -%}
    {{ '<start_of_turn>' + role + '\\n' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}
                {{ '<start_of_image>' }}
            {%- elif item['type'] == 'text' -%}
                {{ item['text'] | trim }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("Invalid content type") }}
    {%- endif -%}
    {{ '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model\\n'}}
{%- endif -%}
""",
    "qwen with tools and thoughts": """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\\n\\n' }}
    {%- endif %}
    {{- "# Tools\\n\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>\\n{\\"name\\": <function-name>}<|im_end|>\\n" }}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {%- for tool_call in message.tool_calls %}
                {%- if (loop.first and content) or (not loop.first) %}
                    {{- '\\n' }}
                {%- endif %}
                {%- if tool_call.function %}
                    {%- set tool_call = tool_call.function %}
                {%- endif %}
                {{- '<tool_call>\\n{"name": "' }}
                {{- tool_call.name }}
                {{- '", "arguments": ' }}
                {%- if tool_call.arguments is string %}
                    {{- tool_call.arguments }}
                {%- else %}
                    {{- tool_call.arguments | tojson }}
                {%- endif %}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}
""",
    "phi": """{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{'<|system|>\\n' + message['content'] + '<|end|>\\n'}}{% elif message['role'] == 'user' %}{{'<|user|>\\n' ~ message['content'] ~ '<|end|>\\n'}}{% elif message['role'] == 'assistant' %}{{'<|assistant|>\\n' ~ (message['content'] or '') ~ '<|end|>\\n'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% else %}{{ eos_token }}{% endif %}""",
    "deepseek": """{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}{% set ns = namespace(is_first=false, is_tool=false, is_output_first=true, system_prompt='', is_first_sp=true) %}{%- for message in messages %}{%- if message['role'] == 'system' %}{%- if ns.is_first_sp %}{% set ns.system_prompt = ns.system_prompt + message['content'] %}{% set ns.is_first_sp = false %}{%- else %}{% set ns.system_prompt = ns.system_prompt + '\\n\\n' + message['content'] %}{%- endif %}{%- endif %}{%- endfor %}{{ bos_token }}{{ ns.system_prompt }}{%- for message in messages %}{%- if message['role'] == 'user' %}{%- set ns.is_tool = false -%}{{'<｜User｜>' ~ message['content']}}{%- endif %}{%- if message['role'] == 'assistant' and 'tool_calls' in message %}{%- set ns.is_tool = false -%}{%- for tool in message['tool_calls'] %}{%- if not ns.is_first %}{%- if message['content'] is none %}{{'<｜Assistant｜><｜tool▁calls▁begin｜>' + tool['function']['name']}}{%- else %}{{'<｜Assistant｜>' + message['content'] + tool['function']['name'] + '\\n' + '```json' + '\\n' + tool['function']['arguments']|tojson + '\\n' + '```'}}{%- endif %}{%- set ns.is_first = true -%}{%- else %}{{'\\n' + tool['function']['name']}}{%- endif %}{%- endfor %}{{'<｜end▁of▁sentence｜>'}}{%- endif %}{%- if message['role'] == 'assistant' and 'tool_calls' not in message %}{%- if ns.is_tool %}{{'<｜tool▁outputs▁end｜>' + message['content'] + '<｜end▁of▁sentence｜>'}}{%- set ns.is_tool = false -%}{%- else %}{% set content = message['content'] %}{% if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}{{'<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>'}}{%- endif %}{%- endif %}{%- if message['role'] == 'tool' %}{%- set ns.is_tool = true -%}{{ message['content'] }}{%- endif %}{%- endfor -%}{% if ns.is_tool %}{{'<｜tool▁outputs▁end｜>'}}{% endif %}{% if add_generation_prompt and not ns.is_tool %}{{'<｜Assistant｜>'}}{% endif %}""",
    "macros, as command-r and functionary have them": """{%- macro json_to_python_type(spec) %}
{%- set map = {"string": "str", "integer": "int", "boolean": "bool"} %}
{%- if map[spec.type] is defined %}
    {{- map[spec.type] }}
{%- elif spec.type == "array" %}
    {{- "list[" + json_to_python_type(spec['items']) + "]" }}
{%- else %}
    {{- "Any" }}
{%- endif %}
{%- endmacro %}
{%- macro say(message, prefix='', suffix="<end>") -%}
{{ prefix }}<{{ message.role|upper }}>{{ (message.content if message.content is string else message.content|map(attribute='text')|join(' ')) if message.content else '' }}{{ suffix }}
{%- endmacro %}
{%- for tool in tools or [] %}
{{ loop.index }}. {{ tool.function.name }}(
  {%- for name, spec in tool.function.parameters.properties|items %}
    {{- name }}: {{ json_to_python_type(spec) }}{{ '' if name in tool.function.parameters.required else ' = None' }}
    {%- if not loop.last %}, {% endif %}
  {%- endfor %}) - {{ tool.function.description|default('nothing', true) }}
{% endfor %}
{%- for message in messages|rejectattr('role', 'in', ['system']) %}
{% generation %}{{ say(message, suffix=eos_token) }}{% endgeneration %}
{% endfor %}
{%- filter trim %}  {{ messages|length }} messages  {% endfilter %}
{%- set tail %}
 [{{ messages|map(attribute='role')|unique|join(',') }}]
{% endset %}
{{ tail|trim }}
{% for message in messages if message.role == 'user' %}{{ loop.index }}/{{ loop.length }}{{ loop.cycle('a', 'b') }}{% else %}nobody{% endfor %}
{% for message in messages %}{% if loop.index > 3 %}{% break %}{% endif %}{% if message.role != 'assistant' %}{% continue %}{% endif %}{{ loop.revindex }}{% endfor %}
{{ messages|selectattr('tool_calls', 'defined')|list|length }} calls, {{ strftime_now('%Y-%m-%d') }}""",
}

SNIPPETS = [
    # white space
    "a\n  {% if t %}\n b\n  {% endif %}\nc\n", "a {%- if t -%}  b  {%- endif -%} c", "  {%+ if t %}x{% endif +%}\n y",
    "{{ a }}\n{{ b }}\n", "x\n\n", "{# c #}\nx{#- c -#} y", "  {# c #}  \nz", "\r\na\rb\r\n", "{% raw %}{{ x }}\n{% endraw %}\n z",
    "  {%- raw -%}  {% if %}  {%- endraw -%}  z", "{{ a -}}  x", "x  {{- a }}", "{% if t %}\n\n{% endif %}\nx", "\t{% if t %}\t\n{% endif %}",
    "a{% set x = 1 %}\n{{ x }}", "{%- if t +%}\n x{% endif %}", "\u3000{% if t %}\u3000x{% endif -%}\u2028 y", "{{+ a }}", "x\n  {{ a }}\n",
    "{%if t%}1{%endif%}", "{% if t %}a{% else %}\nb{% endif %}", "{##}", "{# {{ a }} #}\n\n", "{{ '{%' }}{{ '}}' }}", "{", "{ {", "a{b}c", "{{'a'}}}",
    "{{ {'a': {'b': 1}}['a']['b'] }}", "{{ {'a':{}} }}", "{% if t %}  \n{% endif %}  \n", "{% for i in [1,2] %}\n{{ i }}\n{% endfor %}\n",
    # numbers
    "{{ a + b }} {{ a - b }} {{ a * b }} {{ a / b }} {{ a // b }} {{ a % b }} {{ a ** b }}", "{{ neg // b }} {{ neg % b }} {{ a // -3 }} {{ a % -3 }}",
    "{{ 1 + 2 * 3 ** 2 }} {{ (1 + 2) * 3 }} {{ 2 ** 3 ** 2 }} {{ -2 ** 2 }}", "{{ 1.0 }} {{ 0.1 }} {{ 1e16 }} {{ 1e15 }} {{ 1.5e-5 }} {{ 0.0001 }} {{ 123456.789 }}",
    "{{ f + 1 }} {{ 1 / 2 }} {{ 10 / 5 }} {{ f * 2 }} {{ -f }} {{ +a }} {{ 0x1f }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }}", "{{ 1 / 3 }} {{ 2 / 3 }} {{ 100 / 3 }} {{ 1e300 * 10 }}",
    "{{ 1 / 0 }}", "{{ t + 1 }}", "{{ 5 - 3 - 1 }}", "{{ a|abs }} {{ neg|abs }} {{ -1|abs }}", "{{ '12'|int + 1 }} {{ 'x'|int }} {{ 'x'|int(5) }} {{ 3.9|int }} {{ ' 7 '|int }} {{ '3.7'|int }}",
    "{{ a is odd }} {{ a is even }} {{ a is divisibleby 7 }} {{ a is divisibleby(2) }}", "{{ 2.50 }} {{ 100.0 }} {{ 1e2 }} {{ 5e-324 }} {{ 0.5 }} {{ 12345678901234567.0 }}",
    # strings
    "{{ 'a' 'b' \"c\" }}", "{{ 'a\\nb\\t\\x41\\u00e9\\101\\q\\'' }}", "{{ s[0] }}{{ s[-1] }}{{ u[2] }}{{ s[99] }}|", "{{ s[1:3] }} {{ s[:-3] }} {{ s[-3:] }} {{ u[:7] }} {{ u[6:] }}",
    "{{ s.upper() }} {{ s.lower() }} {{ s|title }} {{ 'ab cd-ef'|title }} {{ 'ab cd_ef1x'.title() }} {{ 'hELLO wORLD'|capitalize }}", "{{ '  x '.strip() }}|{{ '  x '.lstrip() }}|{{ '  x '.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'éaé'.strip('é') }}",
    "{{ s.split(',') }} {{ s.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ '  a  b c '.split(None, 1) }} {{ ''.split() }} {{ ''.split(',') }}",
    "{{ s.replace('l', 'L') }} {{ s.replace('l', 'L', 1) }} {{ s|replace('o', '0') }} {{ 'abc'.replace('', '-') }} {{ 'aaa'|replace('aa', 'b') }}", "{{ s.startswith('He') }} {{ s.endswith('ld') }} {{ s.startswith(('x', 'H')) }} {{ s.find('o') }} {{ u.find('日') }} {{ s.rfind('o') }} {{ s.find('zz') }} {{ s.count('l') }}",
    "{{ 'a' in s }} {{ 'ell' in s }} {{ 'zz' not in s }} {{ '' in s }}", "{{ s ~ a ~ n ~ t ~ f }}", "{{ 'ab' * 3 }} {{ 3 * 'ab' }} {{ 'ab' * 0 }}|", "{{ s|length }} {{ u|length }} {{ u|reverse }} {{ u|first }} {{ s|last }}",
    "{{ lines.splitlines() }} {{ lines.splitlines(true) }}", "{{ lines|indent }}|{{ lines|indent(2, true) }}|{{ lines|indent(1, blank=true) }}|{{ 'a\nb'|indent('> ') }}", "{{ ', '.join(words) }} {{ words|join }} {{ list|join('-') }} {{ people|join(', ', attribute='name') }}",
    "{{ 'a' < 'b' }} {{ 'a' < 'B' }} {{ 'a' <= 'a' }} {{ 'é' > 'z' }}", "{{ 'abc'.removeprefix('a') }} {{ 'abc'.removesuffix('bc') }} {{ '12'.isdigit() }} {{ ''.isdigit() }} {{ 'ab'.isalpha() }} {{ ' '.isspace() }}", "{{ '\u3000x\u2028'.strip() }}|{{ '\x1cx'|trim }}|{{ 'xyx'|trim('x') }}",
    "{{ s is string }} {{ s is lower }} {{ 'abc' is lower }} {{ 'ABC' is upper }} {{ '12' is upper }}", "{{ s|string }} {{ a|string + 'x' }} {{ n|string }} {{ undefined_name|string }}|", "{{ 'a' + 1 }}", "{{ s() }}", "{{ u|upper|length if false else 'skipped' }}",
    # lists and dicts
    "{{ list }} {{ words }} {{ d }} {{ people }} {{ [] }} {{ {} }} {{ (1,) }} {{ (1, 2) }} {{ [none, true, 1.0, 'x'] }}", "{{ [\"it's\", 'say \"hi\"', 'both \\' \"', 'tab\\t', 'back\\\\', 'é日'] }}",
    "{{ list[0] }} {{ list[-1] }} {{ list[5] }}| {{ list[1:] }} {{ list[::-1] }} {{ list[::2] }} {{ list[5:] }} {{ list[-2:] }} {{ list[:99] }} {{ list[2:0:-1] }}", "{{ list + [4] }} {{ [1] + [2] == [1, 2] }} {{ 1 in list }} {{ 9 not in list }}",
    "{{ list|sort }} {{ words|sort }} {{ words|sort(case_sensitive=true) }} {{ list|sort(reverse=true) }} {{ people|sort(attribute='age')|map(attribute='name')|list }}", "{{ list|first }} {{ list|last }} {{ []|first }}| {{ list|length }} {{ list|count }} {{ list|max }} {{ list|min }} {{ list|sum }} {{ words|max }} {{ people|sum(attribute='age') }}",
    "{{ list|reverse|list }} {{ words|unique|list }} {{ words|map('upper')|list }} {{ words|select('in', ['a', 'b'])|list }} {{ list|select('odd')|list }} {{ list|reject('odd')|list }}", "{{ people|selectattr('age', 'gt', 26)|map(attribute='name')|join }} {{ people|selectattr('tags')|list|length }} {{ people|rejectattr('tags', 'defined')|list|length }} {{ people|map(attribute='tags', default='none')|list }}",
    "{{ d.x }} {{ d['x'] }} {{ d.get('x') }} {{ d.get('q') }} {{ d.get('q', 5) }} {{ d.q }}| {{ d['q'] }}|", "{{ d['items'] }}", "{{ {'a': 1}['items'] is defined }} {{ 'yes' if {'a': 1}['items'] else 'no' }}", "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}{{ d.keys()|list }}{{ d.values()|list }}",
    "{% for k, v in {'b': 1, 'a': 2}|items %}{{ k }}{{ v }}{% endfor %}{{ 'x' in d }}{{ d|length }}{{ d|list }}", "{{ d|tojson }} {{ d|tojson(indent=2) }} {{ []|tojson(indent=2) }} {{ u|tojson }} {{ '\"\\\\/\\n\\x01\\x7f'|tojson }} {{ 1.5|tojson }} {{ {'b': 1, 'a': {}}|tojson(sort_keys=true) }} {{ {1: 2, none: 3, true: 4}|tojson }}",
    "{{ nothing|tojson }}", "{{ (1, 2)|tojson }} {{ people|tojson(indent=4) }} {{ d|tojson(indent=0) }}", "{{ d == {'y': [1, 'z', none], 'x': 1, 'items': 'mine'} }} {{ 1 == 1.0 }} {{ true == 1 }} {{ '1' == 1 }} {{ n == none }} {{ [1] == (1,) }}", "{{ dict(a=1, b=2) }} {{ dict({'x': 1}, y=2) }}",
    # undefined and none
    "{{ nothing }}|{{ n }}|{{ t }}|{{ false }}|{{ True }}|{{ None }}", "{{ nothing.more }}", "{{ n.more }}|{{ a.more }}|{{ n['x'] }}|{{ a[0] }}|{{ n[0] }}|", "{{ nothing is defined }} {{ nothing is undefined }} {{ d.q is defined }} {{ n is none }} {{ n is not none }} {{ nothing is none }}",
    "{{ nothing|default('x') }} {{ n|default('x') }} {{ empty|default('x', true) }} {{ nothing|d }}| {{ d.q|default(d.x) }}", "{{ nothing == nothing2 }} {{ not nothing }} {{ nothing or 'x' }} {{ nothing and 'x' }}|", "{{ nothing + 'x' }}", "{{ nothing|length }} {{ nothing|list }} {{ nothing|join }}| {% for x in nothing %}x{% else %}none{% endfor %}", "{{ 'a' in nothing }}", "{{ nothing() }}", "{{ n() }}", "{% for x in n %}{% endfor %}", "{% for x in 5 %}{% endfor %}", "{{ n|length }}", "{{ n + 1 }}", "{{ n < 1 }}", "{{ nothing is string }} {{ nothing is iterable }} {{ nothing is mapping }} {{ nothing is sequence }}",
    # logic
    "{{ 1 if t }}|{{ 1 if not t }}|{{ 1 if empty else 2 }} {{ 1 if false else 2 if false else 3 }}", "{{ t and 'x' or 'y' }} {{ empty or n or 'z' }} {{ not t and t }} {{ not (t and t) }}", "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1 == 1 }} {{ 3 > 2 != 1 }}", "{{ a is defined and a is number }} {{ a is integer }} {{ f is float }} {{ t is boolean }} {{ t is number }} {{ t is integer }} {{ t is true }} {{ a is true }} {{ a is eq 7 }} {{ a is ge(3) }} {{ 'x' is in ['x'] }} {{ n is sameas none }}", "{{ t is sameas nothing }} {{ n is sameas nothing }} {{ nothing is sameas none }} {{ nothing is sameas true }} {{ t is sameas true }} {{ t is sameas 1 }}", "{{ not a is defined }} {{ a is not defined }} {{ not not a }}", "{{ s is mapping }} {{ d is mapping }} {{ list is iterable }} {{ s is iterable }} {{ s is sequence }} {{ d is sequence }} {{ a is iterable }}", "{{ 'a' ~ 1 + 2 }}", "{{ 2 * 'a' ~ 'b' }}", "{{ 1 + 2 ~ 3 }}", "{{ a if a > 5 else b }} {{ (a, b)[0] }} {{ [a, b][1] }}", "{{ a|string|length is odd }}", "{{ 'x' if a == 7 and b == 3 or false else 'y' }}", "{{ not 1 == 2 }}", "{{ -a|abs }}", "{{ a is divisibleby b }} {{ a is divisibleby 7 and t }}", "{% if a is not divisibleby 2 and not empty %}yes{% endif %}",
    # statements
    "{% for i in range(5) %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %} {% for i in range(1, 10, 3) %}{{ i }}{% endfor %} {% for i in range(3, 0, -1) %}{{ i }}{% endfor %}", "{% for x in list %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }} {% endfor %}", "{% for x in list %}{% for y in list if y > x %}{{ loop.index }}{{ loop.length }}{{ loop.depth0 }};{% else %}-{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for x in list %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}", "{% set x = 0 %}{% for i in list %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=0) %}{% for i in list %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }} {{ ns.y }}|", "{% set a, b = 1, 2 %}{{ a }}{{ b }} {% set (c, d) = [3, 4] %}{{ c }}{{ d }}", "{% set a, b = [1] %}", "{% set x %}a{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y }}|", "{% set x | upper | trim %} a {% endset %}[{{ x }}]", "{% if false %}{% set q = 1 %}{% endif %}{{ q }}|{% if t %}{% set q = 2 %}{% endif %}{{ q }}",
    "{% for x in list %}{% set q = x %}{% endfor %}{{ q }}|{{ x }}|", "{% macro m(x, y=2) %}{{ x }}{{ y }}{{ a }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(y=5, x=4) }} {{ m() }}", "{% macro m() %}{{ late }}{% endmacro %}{{ m() }}|{% set late = 5 %}{{ m() }}", "{% macro m(x) %}{{ m(x - 1) if x > 0 }}{{ x }}{% endmacro %}{{ m(3) }}", "{% macro m() %}x{% endmacro %}{{ m(1) }}", "{% macro m(a) %}{% for i in range(a) %}{{ loop.index }}{% endfor %}{% endmacro %}{{ m(3)|length }}{{ m(2) + 'z' }}", "{% for x in list %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% if x == 2 %}{% break %}{% endif %}{% endfor %}",
    "{% filter upper %}abc{{ s }}{% endfilter %}", "{% for a, b in [[1, 2], [3, 4]] %}{{ a }}-{{ b }} {% endfor %}", "{% for c in 'aé日' %}[{{ c }}]{% endfor %}", "{% for x in [] %}{% else %}empty{% endfor %}", "{% for x in list if x > 100 %}{% else %}none{% endfor %}", "{% for x in list if x > 1 %}{{ loop.index }}{{ loop.last }}{% endfor %}", "{% if t %}1{% elif t %}2{% else %}3{% endif %}{% if not t %}1{% elif t %}2{% else %}3{% endif %}{% if n %}1{% elif n %}2{% else %}3{% endif %}", "{% for x in list %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for i in [1] %}{% set loop2 = loop %}{{ loop2.index }}{% endfor %}", "{% generation %}x{% endgeneration %}",
    "{{ raise_exception('stop') }}", "{% if false %}{{ raise_exception('stop') }}{% endif %}go", "{{ strftime_now('%d %b %Y, %H:%M') }}", "{{ strftime_now('') }}", "{{ [1, 2,] }} {{ {'a': 1,} }} {{ range(3)|list }} {{ range(0) is iterable }}", "{{ people[0].name }} {{ people[-1]['tags'][0] }} {{ people.0.name }}", "{{ 'a\nb' }}", "{{ '''a''' }}", "{{ 007 }}", "{{ a b }}", "{% if %}{% endif %}", "{% for x list %}{% endfor %}", "{% endfor %}", "{{ 'a }}", "{{ a | nosuch }}", "{{ a is nosuch }}", "{% nosuch %}", "{% break %}", "{{ (a }}", "{{ a] }}", "{{ m( }}", "{% set %}", "{% macro %}",
]
