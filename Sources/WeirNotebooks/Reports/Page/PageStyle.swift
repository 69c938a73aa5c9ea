/// How the page looks: one column of calm type, colours by the reader's scheme, contents beside it where there is room.
enum PageStyle {
  static let text = colors + type + cells + outputs + print

  private static let colors = """

    :root {
      --paper: #fdfdfc; --panel: #f5f6f5; --line: #e3e5e4; --edge: #b3babd; --ink: #1f2426; --soft: #667074; --faint: #757f82;
      --accent: #1d6f8a; --good: #2b7a52; --bad: #b3323f; --odd: #94660d; --wash: #e6f1f4;
      --good-wash: #e4f2ea; --bad-wash: #fbeaec; --odd-wash: #faf1dd;
      --k: #7d3f98; --s: #2d7042; --n: #a34f0a; --c: #7b8588; --f: #1a6680; --u: #24518f;
      --words: ui-sans-serif, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Noto Sans", Arial, sans-serif;
      --code: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #15191b; --panel: #1c2225; --line: #2d3538; --edge: #56646a; --ink: #d9dfe0; --soft: #97a3a7; --faint: #7f8b8f;
        --accent: #74bfd6; --good: #77c69b; --bad: #ee8b94; --odd: #ddb35e; --wash: #1d323a;
        --good-wash: #1c3328; --bad-wash: #3a2125; --odd-wash: #352c19;
        --k: #cf9ce2; --s: #92cc9f; --n: #e8a975; --c: #7d898d; --f: #82c6dc; --u: #9fbff0;
      }
    }

    """

  private static let type = """

    * { box-sizing: border-box; }
    html { background: var(--paper); color: var(--ink); font: 16px/1.62 var(--words); -webkit-text-size-adjust: 100%;
      scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
    body { margin: 0; }
    main { max-width: 54rem; margin: 0 auto; padding: 3.2rem 1.6rem 4rem; }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; font-weight: 650; letter-spacing: -0.012em; margin: 2.4em 0 0.6em; }
    h1 { font-size: 1.75rem; } h2 { font-size: 1.4rem; } h3 { font-size: 1.15rem; } h4, h5, h6 { font-size: 1rem; }
    p, ul, ol, blockquote, pre, dl, figure, .table { margin: 0 0 1em; }
    a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
    code, pre { font-family: var(--code); font-size: 0.86em; font-variant-ligatures: none; }
    :not(pre) > code { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 0.08em 0.32em; overflow-wrap: anywhere; }
    pre { overflow-x: auto; line-height: 1.55; tab-size: 4; }
    pre code { font-size: 1em; }
    pre.block { background: var(--panel); border-radius: 8px; padding: 0.8rem 1rem; }
    ul, ol { padding-left: 1.5em; } li { margin: 0.2em 0; } li > p { margin: 0 0 0.5em; } li > ul, li > ol { margin: 0; }
    blockquote { border-left: 3px solid var(--line); padding-left: 1.1em; color: var(--soft); }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2.4em 0; }
    img { max-width: 100%; height: auto; }
    .words { max-width: 44rem; overflow-wrap: break-word; }
    .words > :first-child { margin-top: 1.6em; }
    .words > p:first-child { margin-top: 0; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums lining-nums; }
    table.words { font-size: 0.93em; margin-bottom: 1em; }
    table.words th, table.words td { padding: 0.35em 0.9em 0.35em 0; text-align: left; border-bottom: 1px solid var(--line); }
    table.words th { font-weight: 600; }

    header h1 { font-size: 2.15rem; margin: 0 0 0.4rem; overflow-wrap: anywhere; }
    .facts { color: var(--soft); font-size: 0.9rem; margin-bottom: 1.6rem; }
    .facts > span { display: inline-block; max-width: 100%; overflow-wrap: anywhere; }
    .facts > span + span::before { content: "·"; margin: 0 0.35em 0 0.1em; color: var(--faint); }
    .facts > .status + span::before { content: none; }
    .status { display: inline-block; border-radius: 99px; padding: 0.05em 0.75em; margin-right: 0.5em; font-weight: 600; }
    .status.good { color: var(--good); background: var(--good-wash); }
    .status.bad { color: var(--bad); background: var(--bad-wash); }
    .callout { border-radius: 8px; padding: 0.7rem 1rem; overflow-wrap: anywhere; }
    .callout.bad { background: var(--bad-wash); } .callout.bad a { color: var(--bad); font-weight: 600; }
    .callout code { background: none; border: 0; padding: 0; }
    .metrics { display: flex; flex-wrap: wrap; gap: 0.7rem; }
    .metrics div { background: var(--panel); border-radius: 10px; padding: 0.7rem 1.15rem 0.75rem; min-width: 8rem; }
    .metrics dt { color: var(--soft); font-size: 0.82rem; overflow-wrap: anywhere; }
    .metrics dd { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 600; letter-spacing: -0.015em;
      font-variant-numeric: tabular-nums; }
    .given { display: flex; flex-wrap: wrap; gap: 0.3rem 1.6rem; font-size: 0.88rem; }
    .given div { display: flex; gap: 0.5em; align-items: baseline; min-width: 0; }
    .given dt { color: var(--soft); } .given dd { margin: 0; min-width: 0; } .given small { color: var(--faint); }
    details.graph { margin-bottom: 2.4rem; }
    details.graph > summary { color: var(--soft); font-size: 0.88rem; cursor: pointer; }
    details.graph .box { overflow-x: auto; padding: 0.7rem 0 0.2rem; }
    svg.graph { display: block; font: 12px var(--code); }
    svg.graph path { fill: none; stroke: var(--edge); stroke-width: 1.3; }
    svg.graph path:hover { stroke: var(--accent); stroke-width: 2; }
    svg.graph rect { fill: var(--panel); stroke: var(--line); }
    svg.graph a:hover rect { stroke: var(--accent); }
    svg.graph text { fill: var(--ink); }
    svg.graph circle { fill: var(--accent); stroke: var(--accent); stroke-width: 1.5; }
    svg.graph .cached circle, svg.graph .skipped circle, svg.graph .notRun circle { fill: none; }
    svg.graph .failed circle { fill: var(--bad); stroke: var(--bad); } svg.graph .failed rect { stroke: var(--bad); }
    svg.graph .skipped circle, svg.graph .notRun circle { stroke: var(--faint); }
    svg.graph .skipped text, svg.graph .notRun text { fill: var(--soft); }

    """

  private static let cells = """

    section.cell { margin: 1.6rem 0 2rem; }
    .dot { display: inline-block; flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--accent);
      border: 1.5px solid var(--accent); }
    .cached .dot, .skipped .dot, .notRun .dot { background: none; }
    .skipped .dot, .notRun .dot { border-color: var(--faint); }
    .failed .dot { background: var(--bad); border-color: var(--bad); }
    details.code { background: var(--panel); border-radius: 10px; border: 1px solid transparent; }
    .failed details.code { border-color: var(--bad); }
    details.code > summary { display: flex; align-items: baseline; gap: 0.6em; padding: 0.42rem 1rem; cursor: pointer;
      font-size: 0.84rem; color: var(--soft); list-style: none; }
    details.code > summary::-webkit-details-marker { display: none; }
    details.code > summary b { font-weight: 600; color: var(--ink); overflow-wrap: anywhere; }
    details.code > summary .why { flex: 1 1 auto; min-width: 0; overflow-wrap: anywhere; }
    details.code > summary code { background: none; border: 0; padding: 0; }
    details.code > summary .time { flex: none; font-variant-numeric: tabular-nums; }
    details.code > pre { margin: 0; padding: 0.15rem 1rem 0.8rem; font-size: 0.84rem; }
    .skipped > details.code > pre, .notRun > details.code > pre { opacity: 0.6; }
    code .k, code .p { color: var(--k); } code .s { color: var(--s); } code .n { color: var(--n); }
    code .c { color: var(--c); font-style: italic; } code .f { color: var(--f); } code .u { color: var(--u); }
    pre span.bad { text-decoration: underline wavy var(--bad); text-underline-offset: 0.25em; }
    pre span.odd { text-decoration: underline wavy var(--odd); text-underline-offset: 0.25em; }
    .diagnostic { border-radius: 10px; padding: 0.75rem 1rem; margin: 0.8rem 0; }
    .diagnostic p, .diagnostic pre { margin: 0; overflow-wrap: anywhere; }
    .diagnostic pre { margin-top: 0.5rem; font-size: 0.8rem; }
    .diagnostic code { background: none; border: 0; padding: 0; }
    .diagnostic.bad { background: var(--bad-wash); } .diagnostic.bad b { color: var(--bad); }
    .diagnostic.odd { background: var(--odd-wash); } .diagnostic.odd b { color: var(--odd); }
    .notes { color: var(--faint); font-size: 0.8rem; margin: 0.3rem 0 0; overflow-wrap: anywhere; }
    .notes code { background: none; border: 0; padding: 0; font-size: 0.95em; }
    footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--faint); font-size: 0.8rem; }

    nav ul { list-style: none; padding: 0; margin: 0; font-size: 0.86rem; }
    nav { max-width: 54rem; margin: 0 auto; padding: 1.6rem 1.6rem 0; display: none; }
    nav li { margin: 0; } nav a { display: block; padding: 0.14rem 0; color: var(--soft); text-decoration: none; overflow-wrap: anywhere; }
    nav a:hover { color: var(--accent); }
    nav .h1, nav .h2 { font-weight: 600; margin-top: 0.5rem; } nav .h1 a, nav .h2 a { color: var(--ink); }
    nav .h3 { padding-left: 0.8rem; }
    nav .cell a { font: 0.8rem/1.6 var(--code); padding-left: 0.8rem; }
    nav .dot { width: 6px; height: 6px; margin-right: 0.55em; border-width: 1px; vertical-align: 0.1em; }
    @media (min-width: 76rem) {
      body { display: grid; grid-template-columns: 15rem minmax(0, 54rem); justify-content: center; gap: 1.5rem; }
      nav { display: block; margin: 0; padding: 3.4rem 0 2rem; position: sticky; top: 0; align-self: start;
        max-height: 100vh; overflow-y: auto; }
      main { margin: 0; width: 100%; }
    }

    """

  private static let outputs = """

    .outputs { padding: 0.9rem 0 0 1rem; border-left: 2px solid var(--line); margin: 0.7rem 0 0 0.15rem; }
    .outputs > :first-child { margin-top: -0.3rem; } .outputs > :last-child { margin-bottom: 0.2rem; }
    .outputs pre { margin: 0 0 0.8rem; font-size: 0.84rem; max-height: 32rem; overflow: auto; }
    .table .box { overflow: auto; max-height: 30rem; border: 1px solid var(--line); border-radius: 8px; width: fit-content;
      max-width: 100%; }
    table.data { font-size: 0.84rem; line-height: 1.4; border-collapse: separate; border-spacing: 0; }
    table.data th, table.data td { padding: 0.3rem 0.85rem; text-align: left; vertical-align: middle; white-space: nowrap; color: inherit; }
    table.data thead th { position: sticky; top: 0; background: var(--panel); border-bottom: 1px solid var(--line); font-weight: 600; }
    table.data th small { display: block; font-weight: 400; color: var(--faint); font-size: 0.74rem; }
    table.data tbody tr + tr > * { border-top: 1px solid color-mix(in srgb, var(--line) 55%, transparent); }
    table.data .n { text-align: right; }
    table.data .none, table.data .gap td { color: var(--faint); }
    table.data td img { max-height: 3.2rem; image-rendering: pixelated; display: block; }
    table.record th { color: var(--soft); font-weight: 400; }
    .count { color: var(--faint); font-size: 0.78rem; margin: 0.3rem 0 0; }
    .caption { color: var(--soft); font-size: 0.86rem; margin: 0.8rem 0 0.35rem; }
    .fragment h4 { margin: 1.2em 0 0.5em; font-size: 0.9rem; color: var(--soft); font-weight: 600; }
    figure { overflow-x: auto; } figure svg { max-width: 100%; height: auto; display: block; }
    figure img { border-radius: 4px; display: block; }
    .pictures { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; margin-bottom: 1em; color: var(--faint); }
    .pictures img { max-height: 9rem; border-radius: 4px; }

    """

  private static let print = """

    @media print {
      :root { --paper: #fff; --ink: #000; }
      html { font-size: 10.5pt; } main { max-width: none; padding: 0; } nav { display: none !important; }
      body { display: block; }
      pre, .table .box, .outputs pre { max-height: none; overflow: visible; white-space: pre-wrap; overflow-wrap: anywhere; }
      table.data th, table.data td { white-space: normal; padding: 0.2rem 0.5rem; }
      details.code, .metrics div, table.data thead th { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      figure, .metrics, .diagnostic, table.data tr { break-inside: avoid; }
      h1, h2, h3, h4, details.code > summary { break-after: avoid; }
      a { color: inherit; text-decoration: none; }
    }
    @media (max-width: 40rem) {
      main { padding: 1.6rem 1rem 3rem; } header h1 { font-size: 1.7rem; } .outputs { padding-left: 0.7rem; }
    }

    """
}
