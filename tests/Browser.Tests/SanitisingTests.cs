using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace NGrammys.Browser.Tests;

public sealed class SanitisingTests : PageTests
{
    // One a line: what has been tried on pages that show other people's text.
    private const string Attacks = """"
        <script>attack()</script>
        <script src="http://elsewhere.example/a.js"></script>
        <SCRIPT>attack()</SCRIPT>
        <scr<script>ipt>attack()</scr</script>ipt>
        <img src=x onerror=attack()>
        <img src=x onerror="attack()">
        <img src='http://elsewhere.example/a.png'>
        <img/src=x/onerror=attack()>
        <image src=x onerror=attack()>
        <svg onload=attack()>
        <svg><script>attack()</script></svg>
        <svg/onload=attack()//
        <svg><animate onbegin=attack() attributeName=x dur=1s>
        <svg><a xlink:href="javascript:attack()"><text y=20>press</text></a></svg>
        <math><mtext></p><script>attack()</script>
        <math><maction actiontype="statusline" xlink:href="javascript:attack()">press</maction></math>
        <body onload=attack()>
        <iframe src="javascript:attack()"></iframe>
        <iframe srcdoc="<script>parent.attack()</script>"></iframe>
        <object data="javascript:attack()"></object>
        <embed src="javascript:attack()">
        <form action="javascript:attack()"><button>press</button></form>
        <form><button formaction="javascript:attack()">press</button></form>
        <isindex action="javascript:attack()" type=image>
        <input onfocus=attack() autofocus>
        <input type=image src=x onerror=attack()>
        <select onfocus=attack() autofocus></select>
        <textarea onfocus=attack() autofocus></textarea>
        <details open ontoggle=attack()>
        <video><source onerror=attack()></video>
        <video poster="http://elsewhere.example/a.png"></video>
        <audio src=x onerror=attack()>
        <marquee onstart=attack()>text</marquee>
        <meta http-equiv="refresh" content="0;url=javascript:attack()">
        <link rel=stylesheet href="http://elsewhere.example/a.css">
        <base href="http://elsewhere.example/">
        <style>@import url(http://elsewhere.example/a.css);</style>
        <style>body{background:url(http://elsewhere.example/a.png)}</style>
        <p style="background:url(http://elsewhere.example/a.png)">text</p>
        <div style="position:fixed;inset:0;z-index:9999">everything</div>
        <a href="javascript:attack()">press</a>
        <a href="JaVaScRiPt:attack()">press</a>
        <a href=" &#14; javascript:attack()">press</a>
        <a href="java&#x09;script:attack()">press</a>
        <a href="data:text/html,<script>attack()</script>">press</a>
        <a href="vbscript:attack()">press</a>
        <a href="#" onclick="attack()">press</a>
        <a target="_self" href="http://elsewhere.example/" ping="http://elsewhere.example/ping">press</a>
        [press](javascript:attack())
        [press](JAVASCRIPT:attack())
        [press](javascript&#58;attack())
        [press](&#x6A;avascript:attack())
        [press](<javascript:attack()>)
        [press](data:text/html;base64,PHNjcmlwdD5hdHRhY2soKTwvc2NyaXB0Pg==)
        [press](vbscript:attack())
        [press][reference]
        ![picture](http://elsewhere.example/a.png)
        ![picture](javascript:attack())
        ![picture"onerror="attack()](x)
        [text](http://a.example "title\" onmouseover=\"attack()")
        <javascript:attack()>
        <http://a.example/"onmouseover="attack()>
        `<img src=x onerror=attack()>`
        | <img src=x onerror=attack()> | <script>attack()</script> |
        <!--><script>attack()</script>-->
        <![CDATA[<script>attack()</script>]]>
        <noscript><p title="</noscript><img src=x onerror=attack()>">
        <template><script>attack()</script></template>
        <x onclick=attack()>press</x>
        <button onclick=attack() data-copy>press</button>
        """";

    private const string Code = """
        ```html" onmouseover="attack()
        <script>attack()</script>
        </code></pre><script>attack()</script>
        ```

        [reference]: javascript:attack()
        """;

    private const string Forbidden = """
        reply => [...reply.querySelectorAll('*')].flatMap(element => [
          ...[...element.attributes].filter(({ name }) => name.startsWith('on') || name === 'style' || name === 'src').map(({ name }) => name),
          ...(element.matches('script, style, img, iframe, object, embed, form, input, select, textarea, svg, math, video, audio, meta, link, base, template')
            ? [element.tagName] : []),
          ...(element.tagName === 'A' && element.hasAttribute('href') && !/^(https?|mailto):/.test(element.href) ? [element.outerHTML] : [])])
        """;

    [Fact]
    public async Task Known_attacks_neither_run_nor_load_nor_style_anything()
    {
        var attacks = Attacks.Split('\n');
        var requested = new List<string>();
        await Page.AddInitScriptAsync("window.attacks = 0; window.attack = () => window.attacks++");
        Page.Request += (_, request) => requested.Add(new Uri(request.Url).Host);
        Server.Model.GoOn();
        await SignInAsync();
        var found = new List<string>();
        // A reply has its longest length.
        foreach (var some in attacks.Chunk(14).Append([Code]))
        {
            Server.Model.Say($"{string.Join("\n\n", some)}\n\n{ScriptedModel.Ending}");
            await Button("New conversation").ClickAsync();
            await SayAsync(Question);
            await Expect(Reply).ToContainTextAsync(ScriptedModel.Ending);
            await Expect(Send).ToBeVisibleAsync();
            foreach (var link in await Reply.Locator("a").AllAsync()) await link.DispatchEventAsync("mouseover");
            found.AddRange(await Reply.EvaluateAsync<string[]>(Forbidden));
            Assert.Contains("attack()", await Reply.InnerTextAsync());
        }

        Assert.True(attacks.Length >= 50, $"{attacks.Length} attacks");
        Assert.Equal(0, await Page.EvaluateAsync<int>("window.attacks"));
        Assert.Equal(["127.0.0.1"], requested.Distinct());
        Assert.Empty(found);
    }
}
