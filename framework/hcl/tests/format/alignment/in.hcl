a = 1
bcd = 2 # two
efghij = "é日" // three

k = {
l = 1
mn = [
1
]
opq = 2
  "größe" = 3 # g
}
a1=1 /* x */
b=2/* y */
c=<<EOT
 x
EOT
dd=3
