const generic =
  'com net org edu gov mil int info biz name pro mobi tel travel jobs museum aero coop cat post asia app dev page blog ' +
  'shop store online site website space tech technology club xyz top live life news art design cloud agency studio ' +
  'media digital email group world today company solutions services systems network zone link click wiki work works ' +
  'events social video photo photos photography pics tips guide help support software tools run games game fun party ' +
  'music band film movie academy school education university science health care clinic fitness yoga food cafe ' +
  'restaurant kitchen recipes wine beer coffee pizza house homes realty property estate land farm garden green eco ' +
  'energy solar bike cars auto taxi flights hotel hotels tours vacations city town london berlin paris tokyo nyc ' +
  'amsterdam bank finance money fund capital tax insurance credit loans cash law legal lawyer consulting management ' +
  'marketing business ventures partners foundation charity community church family kids baby love dating wedding ' +
  'fashion clothing shoes jewelry beauty style gallery show theater dance football soccer golf hockey tennis chat ' +
  'forum review reviews report press expert coach training codes computer hosting host domains download directory ' +
  'market sale deals discount gift gifts toys center global international one plus vip win bot onion';

const ofCountries =
  'ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf ' +
  'cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg ' +
  'gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn ' +
  'kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na ' +
  'nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh ' +
  'si sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg ' +
  'vi vn vu wf ws ye yt za zm zw';

/** Those that are in use; X takes the rare ones for links as well. */
export const genericDomains: ReadonlySet<string> = new Set(generic.split(' '));
export const countryDomains: ReadonlySet<string> = new Set(ofCountries.split(' '));
