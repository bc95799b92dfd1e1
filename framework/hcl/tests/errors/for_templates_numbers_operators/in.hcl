x = [for a in b c]
y = {for a in b : c}
z = "%{ if a }x"
w = "%{ foo }"
v = 1.2.3
u = a ? b
t = a.*.*
s = a & b ** c
r = [for a, b in c : d => e]
q = "%{ endif }%{ if a }"
p = a.0.1
o = a."b"
