"""What the report says whatever the numbers are: its page, its method, the paper's slips and limits."""

from __future__ import annotations

from optomag.plot.pages.markup import Html

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="optomag $version">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
$body
</main>
</body>
</html>
"""

STYLE = Html("""
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f4f2; color: #1b1b1b;
       font: 16px/1.55 Charter, "Bitstream Charter", "Source Serif 4", Georgia, "DejaVu Serif", serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 3rem 4rem; background: #fff; }
h1, h2, h3, table, figcaption, .facts, .byline, .note {
       font-family: "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid #c8c8c4; }
h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
p, ul { margin: .6rem 0; max-width: 50rem; }
li { margin: .25rem 0; }
.byline { color: #5a5a5a; font-size: .85rem; margin: 0 0 1.6rem; }
.facts { background: #f0f4f8; border-left: 4px solid #0072b2; padding: .7rem 1.1rem; font-size: .92rem;
         list-style: none; max-width: none; }
.facts b { font-variant-numeric: tabular-nums; }
.formula { margin: .8rem 0 .8rem 2rem; font-style: italic; }
.formula span, .upright { font-style: normal; }
.table { overflow-x: auto; margin: 1.3rem 0; }
table { border-collapse: collapse; font-size: .84rem; line-height: 1.35; font-variant-numeric: tabular-nums;
        border-top: 2px solid #1b1b1b; border-bottom: 2px solid #1b1b1b; }
caption { text-align: left; padding: 0 0 .45rem; font-size: .86rem; }
th, td { padding: .28rem .75rem; text-align: right; vertical-align: baseline; }
tr > :first-child { text-align: left; padding-left: .2rem; }
tbody th { font-weight: normal; white-space: nowrap; }
thead th { font-weight: 600; }
thead th[colspan]:not([colspan="1"]) { text-align: center; border-bottom: 1px solid #9a9a96; }
thead tr:last-child th { border-bottom: 1px solid #1b1b1b; }
.wide th, .wide td { padding: .28rem .42rem; } .wide table { font-size: .78rem; }
.vector, .nowrap { white-space: nowrap; }
.note { font-size: .8rem; color: #4a4a4a; margin: .4rem 0 0; max-width: 54rem; }
figure { margin: 1.6rem 0; text-align: center; }
img { width: 100%; height: auto; }
figcaption { font-size: .84rem; line-height: 1.45; text-align: left; max-width: 54rem; margin: .5rem auto 0; }
code, pre { font: .82rem/1.5 "DejaVu Sans Mono", Consolas, monospace; }
pre { background: #f4f4f2; padding: .8rem 1rem; white-space: pre-wrap; }
sup, sub { line-height: 0; }
@media (max-width: 48rem) { main { padding: 1.5rem 1rem; } }
@media print {
  @page { size: A4; margin: 16mm 15mm; }
  body { background: none; font-size: 10pt; }
  main { max-width: none; padding: 0; }
  figure, .table, .facts, pre { break-inside: avoid; }
  h2, h3, caption { break-after: avoid; }
  .facts, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .table { overflow: visible; }
  table { font-size: 7.6pt; } th, td { padding: .18rem .45rem; }
  .wide table { font-size: 6.6pt; } .wide th, .wide td { padding: .18rem .22rem; }
  img { width: auto; max-height: 160mm; }
  figcaption, .note { font-size: 8pt; }
}
""")

METHOD = Html("""
<p>A tightly focused beam induces a magnetization <b>M</b> at its focus by the inverse Faraday effect. The
paper asks the inverse question: which beam writes a wanted direction of <b>M</b>? It superposes four
beams of one real weight each, two of them a quarter of a period late, and lets a neural
network learn the weights from simulated pairs. Here both the simulation and the learning are redone, and
every beam that a network proposes is <em>simulated again</em>: all magnetizations, angles and
efficiencies below are those of the beam, not of the network's belief.</p>
<p class="formula">pupil: &nbsp; i <i>E</i><sub>ax</sub> <i>V</i><sub>x</sub> <b>e</b><sub>φ</sub> +
(<i>E</i><sub>ay1</sub> + i <i>E</i><sub>ay2</sub>) <i>V</i><sub>y</sub> <b>e</b><sub>φ</sub> +
<i>E</i><sub>ρ</sub> <b>e</b><sub>ρ</sub>, &nbsp;&nbsp; <i>E</i><sub>ax</sub><sup>2</sup> +
<i>E</i><sub>ay1</sub><sup>2</sup> + <i>E</i><sub>ay2</sub><sup>2</sup> + <i>E</i><sub>ρ</sub><sup>2</sup>
= 1
<br>focus: &nbsp; <b>E</b>(<b>r</b>) = <i>C</i> ∫ √cos θ <b>P E</b><sub>in</sub> exp(i<i>k</i>
<b>s</b>·<b>r</b>) sin θ dθ dφ, &nbsp;&nbsp; <b>M</b> = i γ <b>E</b> × <b>E</b>*</p>
<ul>
<li>Time factor exp(−iω<i>t</i>); light travels towards +<i>z</i>; γ &gt; 0 puts <b>M</b> along the
optical spin; SI units.</li>
<li><i>V</i><sub>x</sub> = sign(sin φ): the π step lies along <i>x</i>. <i>V</i><sub>y</sub> = sign(cos
φ). The ray through pupil point (θ, φ) runs along <b>s</b> = (−sin θ cos φ, −sin θ sin φ, cos θ); the lens
is aplanatic and <b>P</b> turns the pupil's vectors so that they stay normal to <b>s</b>.</li>
<li>The integral is computed with quadrature panels that end at every jump of the pupil, so phase steps
cost no accuracy.</li>
<li><b>Efficiency</b> is |<b>M</b>| at the focus divided by the largest |<b>M</b>| that <em>any</em> beam
of the same power can write in that direction through the same lens. <b>Angle error</b> is the angle
between the written and the wanted direction. <b>Sm</b> is its cosine, the measure of the paper.</li>
</ul>
""")

CORRECTIONS = Html("""
<h3>What differs from the paper as printed</h3>
<ul>
<li>Its Eqs. (1)–(2) break div <b>E</b> = 0: the matrix is that of a converging ray, the phase has the
opposite transverse wave vector, and entry (2,3) should contain sin φ. On the axis nothing changes; off
the axis the axial field has the wrong relative sign. The consistent form above is used.</li>
<li>Its Table 1 prints <i>M</i><sub>y</sub> of <b>M</b>(4π/3, π/6) with the wrong sign; its own angles
give −√3/4.</li>
<li>“<i>E</i><sub>ρ</sub> is set as 1” contradicts the unit sum of squares, and the worked example, whose
<i>E</i><sub>ρ</sub> is 0.500. Here <i>E</i><sub>ρ</sub> completes the power to 1, for samples and for
answers, and <b>M</b> is divided by its maximum over the focal plane. The paper's own numbers for answers,
the estimate of its example and Table 1, fit if <i>E</i><sub>ρ</sub> stays at 0.500 there (for Table 1 alone
it may be 1 throughout).</li>
</ul>
""")

NETWORK = Html("""
<p>The network is the paper's: 3 inputs <b>M</b>(0)/max|<b>M</b>|, four hidden layers of 500 rectified
linear units, 3 outputs <i>E</i><sub>ax</sub>, <i>E</i><sub>ay1</sub>, <i>E</i><sub>ay2</sub>; inputs
scaled to their range, uniform initial weights, mean squared error. The samples have weights drawn
uniformly from [−√2/2, √2/2]<sup>3</sup> wherever <i>E</i><sub>ρ</sub> is real.</p>
""")

TRAINING_CAPTION = Html("""
<b>Figure 3.</b> Mean squared error of the weights on the training set and on the test set, which is never
learned from, against the epoch. The dashed line is the value that the paper converges to.
""")

PREDICTIONS_CAPTION = Html("""
<b>Figure 2.</b> True weights (circles) and predicted weights (crosses) of samples drawn at random from
the test set; beneath, predicted minus true on one scale for all three.
""")

SWEEP_CAPTION = Html("""
<b>Figure S1.</b> Test loss while learning for several batch sizes, learning rates and lengths of
training; nothing else differs within a panel. A ring marks the end of a run, a cross where it diverged.
""")

FIELDS_CAPTION = Html("""
<b>Figure 4.</b> Magnetization written by (a) the true and (b) the predicted weights. Colour: |<b>M</b>|
over its maximum in the focal plane <i>xy</i>; dotted line: 80&nbsp;% of it. Arrows: the unit vector along
<b>M</b>, projected on the plane, so that a short arrow points out of it; none where |<b>M</b>| is below
5&nbsp;% of the plane's maximum. Right: the surface where |<b>M</b>| is 80&nbsp;% of its maximum, and the
direction of
<b>M</b> around it. Light travels towards +<i>z</i>; λ is the vacuum wavelength.
""")

UNIT_TARGETS = Html("""
of the unit targets are answered with weights that leave no radial light. A unit target says that
|<b>M</b>| is largest at the focus itself. For three of the five targets above only beams of vanishing
|<b>M</b>| do that, with a weight that no sample has: the network is asked beyond what it has learned from.
""")

SEEDS = Html("""
These answers change from training to training, most of all beside Σ<i>E</i><sup>2</sup> = 1; how much, is
shown for several seeds in docs/which-data-did-the-paper-mean.md of the project.
""")

SPHERE = Html("""
<p>Five targets say little, and a mean over samples says less about the worst. Here every method is asked
for directions that are spread evenly over the whole sphere, and every answer is simulated again.</p>
""")

SPHERE_CAPTION = Html("""
<b>Figure 5.</b> Angle error and efficiency of each method over the sphere of wanted directions, seen from
outside with +<i>y</i> in the middle and +<i>z</i> on top (Hammer's equal-area projection; the two ends
are −<i>y</i>). Dark is bad in both. The efficiency counts |<b>M</b>| whatever way it points: beside the
circle a network writes strongly, but in a wrong direction. Dashed: the great circle
<i>m</i><sub>y</sub>&nbsp;=&nbsp;0, on which the four beams can write only ±<i>x</i> and ±<i>z</i>.
""")

FAILURE = Html("""
<p>At the focus the four beams write <b>M</b> = 2γ (−<i>k k</i><sub>z</sub>
<i>E</i><sub>ay2</sub><i>E</i><sub>ρ</sub>, −<i>k k</i><sub>z</sub>
<i>E</i><sub>ax</sub><i>E</i><sub>ρ</sub>, <i>k</i><sup>2</sup>
<i>E</i><sub>ax</sub><i>E</i><sub>ay1</sub>). Directions on the great circle
<i>m</i><sub>y</sub>&nbsp;=&nbsp;0, apart from ±<i>x</i> and ±<i>z</i>, <b>cannot be written by them at
all</b>: <i>M</i><sub>y</sub> = 0
needs <i>E</i><sub>ax</sub> = 0 or <i>E</i><sub>ρ</sub> = 0, which also removes <i>M</i><sub>z</sub> or
<i>M</i><sub>x</sub>. Next to the circle a solution exists, but |<b>M</b>| falls in proportion to
|<i>m</i><sub>y</sub>|.</p>
<ul>
<li><b>Sm hides this failure.</b> It tends to 1 while the magnetization that is written tends to nothing;
a cosine also flatters: Sm&nbsp;=&nbsp;0.96 is an error of 16°. Hence the angle in degrees and the
efficiency beside
it.</li>
<li><b>What the network finds hard is this pole.</b> The one poor row of the paper's Table 1
(Sm&nbsp;=&nbsp;0.8514) is the target with the smallest non-zero |<i>m</i><sub>y</sub>|. Uniformly drawn
weights put about a ninth as many samples there as uniformly drawn directions would.</li>
<li><b>What helps.</b> Only the direction is wanted, so the length |<b>M</b>(0)|/max|<b>M</b>| is free:
asking for several lengths and keeping the best costs nothing but simulations. All weights that write a
direction exactly form a plane; “polished” is the network's answer projected onto it and brought to the full
strength of four beams. Then it <em>is</em> the closed form: of the network nothing is left.</li>
<li><b>The closed form is exact, faster, and the strongest of its kind</b>: for one spot and four beams
nothing needs to be learned. A network earns its place where closed forms end.</li>
</ul>
""")

INSTALL = """python3 -m venv .venv
.venv/bin/pip install -c constraints.txt -e .
.venv/bin/optomag reproduce"""
