a = @b
b = “x”
c = 1;
d = `x`
e = 1 \
  + 2
f = /* never closed
