a  = 1 + 2 * -3 - (-4)
b  = !c && d || !(e)
f  = g(1, 2, h...)
i  = [for x in [1] : x if x > 0]
j  = { for k, v in m : k => v... }
n  = "${o}-${ { p = 1 } }%{if q}r%{else}s%{endif}"
t  = u[0].v.*.w
x  = y ? z : -1
aa = a::b(1)
bb = {}
cc = { dd = 1, ee = 2 }
ff { gg = 1 }
hh {
}
ii = -5
jj = (-5)
